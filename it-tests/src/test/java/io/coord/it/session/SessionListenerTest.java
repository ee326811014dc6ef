package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionListener;
import io.coord.core.SessionState;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the listeners of a session hear. */
class SessionListenerTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  /** Longer than two thirds of the time to live, shorter than all of it. */
  private static final Duration OUTAGE = Duration.ofMillis(7_500);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final List<SessionState> heard = new ArrayList<>();

  private void suspendAndGoOn() {
    etcd.faults().partition("a", OUTAGE);
    etcd.runFor(TTL);
  }

  /** A change is logged before it is told, so this is a close by another thread in between. */
  @Test
  void stateChanged_closedBeforeTheChangeToActiveWasTold_isHeardInOrder() {
    session.addListener((changed, state) -> heard.add(state));
    AppenderBase<ILoggingEvent> closing =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().endsWith("keep-alives are answered again")) {
              session.closeAsync();
            }
          }
        };
    Logger logger = (Logger) LoggerFactory.getLogger(LeaseSession.class);
    closing.start();
    logger.addAppender(closing);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    try {
      suspendAndGoOn();
    } finally {
      logger.setLevel(null);
      logger.setAdditive(true);
      logger.detachAppender(closing);
    }

    assertThat(heard)
        .containsExactly(SessionState.SUSPENDED, SessionState.ACTIVE, SessionState.CLOSED);
  }

  @Test
  void removeListener_whileAnotherIsTold_isNotToldThatStateEither() {
    SessionListener removed = (changed, state) -> heard.add(state);
    session.addListener((changed, state) -> changed.removeListener(removed));
    session.addListener(removed);

    suspendAndGoOn();

    assertThat(heard).isEmpty();
  }
}
