package io.coord.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.CoordConfig;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.election.Election;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.queues.Queue;
import io.coord.stm.Stm;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** No password and no token is in what is logged at any level, in exceptions, or in any text. */
@EtcdTest(flags = "--auth-token-ttl=1")
class SecretsIT {

  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration TOKEN_FORGOTTEN = Duration.ofSeconds(3);
  private static final String PASSWORD = "open-sesame";
  private static final String WRONG = "knock-knock";

  /** etcd's tokens: letters, a dot, and a revision. */
  private static final Pattern TOKEN = Pattern.compile("\\b[A-Za-z]{16}\\.\\d+\\b");

  private final Logger ours = (Logger) LoggerFactory.getLogger("io.coord");
  private final Logger core = (Logger) LoggerFactory.getLogger("io.coord.core");
  private final Level oursBefore = ours.getLevel();
  private final Level coreBefore = core.getLevel();
  private final Everything everything = new Everything();
  private final EtcdCluster cluster;

  SecretsIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  /** Whatever is logged, with the traces of exceptions; and what else is said. */
  private static final class Everything extends AppenderBase<ILoggingEvent> {

    private final List<String> said = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      IThrowableProxy thrown = event.getThrowableProxy();
      String trace = thrown == null ? "" : ThrowableProxyUtil.asString(thrown);
      say(event.getFormattedMessage() + " " + trace);
    }

    void say(Object text) {
      said.add(String.valueOf(text));
    }

    void say(Throwable failure) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text));
      say(text.toString());
    }
  }

  @BeforeEach
  void listenToEverything() {
    ours.setLevel(Level.TRACE);
    core.setLevel(Level.TRACE);
    ours.setAdditive(false);
    everything.start();
    ours.addAppender(everything);
    cluster.enableAuth("secret");
    cluster.etcdctl("role", "add", "app");
    cluster.etcdctl("role", "grant-permission", "app", "--prefix=true", "readwrite", "orders");
    cluster.etcdctl("user", "add", "app:" + PASSWORD);
    cluster.etcdctl("user", "grant-role", "app", "app");
    everything.said.clear();
  }

  @AfterEach
  void listenNoMore() {
    ours.detachAppender(everything);
    ours.setLevel(oursBefore);
    core.setLevel(coreBefore);
    ours.setAdditive(true);
    cluster.heal();
    cluster.deleteEverything();
  }

  private CoordBuilder as(String password) {
    return Coord.builder().endpoints(cluster.connectionString()).credentials("app", password);
  }

  /** The text of each of these, and of what comes of it. */
  private void sayAll(Object... things) {
    for (Object thing : things) {
      everything.say(thing);
    }
  }

  @Test
  void secrets_whateverGoesRightOrWrong_areNowhere() throws InterruptedException {
    everything.say(catchThrowable(as(WRONG)::connect));
    everything.say(catchThrowable(() -> Coord.connect("http://app:" + PASSWORD + "@127.0.0.1")));
    everything.say(catchThrowable(() -> Coord.connect("app:" + PASSWORD + "@127.0.0.1:x y")));
    CoordConfig config = as(PASSWORD).build();
    try (Coord coord = as(PASSWORD).connect()) {
      Session session = coord.openSession(TTL);
      LockHold hold = Mutex.of(session, "orders").lock();
      sayAll(as(PASSWORD), config, config.credentials(), coord, session, hold);
      sayAll(CoordRuntime.of(coord).store(), Queue.of(coord, "orders"), Election.of(session, "o"));
      await().pollDelay(TOKEN_FORGOTTEN).atMost(BOUND).until(() -> true);
      hold.close();
      everything.say(catchThrowable(() -> Mutex.of(session, "payments").lock()));
      everything.say(catchThrowable(() -> Stm.run(coord, tx -> tx.get("payments"))));
      cluster.etcdctl("user", "delete", "app");
      everything.say(catchThrowable(() -> Mutex.of(session, "orders").lock()));
    }

    assertThat(everything.said)
        .hasSizeGreaterThan(12)
        .anyMatch(text -> text.contains("AuthenticationException"))
        .anyMatch(text -> text.contains("PermissionDeniedException"))
        .noneMatch(text -> text.contains(PASSWORD) || text.contains(WRONG))
        .noneMatch(text -> TOKEN.matcher(text).find());
  }
}
