package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.ClosedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A member that waits for the others, and whose key goes: with its session, or by hand. */
class DoubleBarrierLostKeyTest extends DoubleBarrierScenario {

  private final Session session = session(a);
  private final CompletableFuture<Void> entering =
      waiting(DoubleBarrier.of(session, "team", 2).enterAsync());

  @Test
  void enter_sessionLostWhileCutOff_failsAtOnce() {
    etcd.faults().partition("a");
    etcd.await(() -> session.state() == SessionState.LOST);
    Duration lost = etcd.now();

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(SessionLostException.class);

    assertThat(etcd.now().minus(lost)).isLessThan(A_MOMENT);
  }

  @Test
  void enter_sessionClosedWhileCutOff_failsAtOnce() {
    etcd.faults().partition("a");
    CompletableFuture<Void> unused = session.closeAsync();
    Duration closed = etcd.now();

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(ClosedException.class);

    assertThat(etcd.now().minus(closed)).isLessThan(A_MOMENT);
  }
}
