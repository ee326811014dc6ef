package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.core.UnavailableException;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sessions and connections on one real member. */
@EtcdTest
class SessionIT {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final EtcdCluster cluster;

  SessionIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  private Coord connect(String name) throws InterruptedException {
    return Coord.builder().endpoints(cluster.connectionString()).name(name).connect();
  }

  private static List<Thread> threadsOf(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name + "-"))
        .toList();
  }

  @Test
  void open_ttlShorterThanEtcdGrants_tellsWhatWasGranted() throws InterruptedException {
    try (Coord coord = connect("short");
        Session session = coord.openSession(Duration.ofSeconds(1))) {
      assertThat(session.ttl()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      await().during(session.ttl().multipliedBy(2)).atMost(BOUND).until(session::isActive);
    }
  }

  @Test
  void close_ofASession_revokesItsLease() throws InterruptedException {
    try (Coord coord = connect("revoke")) {
      Session session = coord.openSession(TTL);
      assertThat(cluster.leaseCount()).isEqualTo(1);
      session.close();
      session.close();

      assertThat(cluster.leaseCount()).isZero();
    }
  }

  @Test
  void orphan_thenTakeOver_continuesTheLease() throws InterruptedException {
    try (Coord first = connect("first");
        Coord second = connect("second")) {
      Session session = first.openSession(Duration.ofSeconds(3));
      session.orphan();
      Session heir = second.takeOverSession(session.leaseId());
      first.close();
      await().during(Duration.ofSeconds(6)).atMost(BOUND).until(heir::isActive);

      assertThat(cluster.leaseCount()).isEqualTo(1);
    }
    assertThat(cluster.leaseCount()).isZero();
  }

  @Test
  void takeOver_ofNoLease_saysSo() throws InterruptedException {
    try (Coord coord = connect("none")) {
      assertThatThrownBy(() -> coord.takeOverSession(0x1234))
          .isInstanceOf(SessionLostException.class)
          .hasMessageContaining("no lease 1234");
    }
  }

  @Test
  void close_ofAConnection_leavesNoThreadLeaseOrPendingFuture() throws InterruptedException {
    Coord coord = connect("gone");
    List<CompletableFuture<Session>> opened = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      opened.add(coord.openSessionAsync(TTL));
    }
    coord.openSession(TTL);
    coord.close();
    coord.close();

    await().atMost(BOUND).until(() -> opened.stream().allMatch(CompletableFuture::isDone));
    await().atMost(BOUND).until(() -> threadsOf("gone").isEmpty());
    await().atMost(BOUND).until(() -> cluster.leaseCount() == 0);
    assertThatThrownBy(() -> coord.openSession(TTL)).isInstanceOf(ClosedException.class);
  }

  @Test
  void connect_noEtcdThere_failsWithinItsTimeoutNamingTheEndpoints() {
    assertThatThrownBy(
            () ->
                Coord.builder()
                    .endpoints("http://127.0.0.1:1")
                    .name("nobody")
                    .connectTimeout(Duration.ofSeconds(2))
                    .connect())
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("http://127.0.0.1:1");
    await().atMost(BOUND).until(() -> threadsOf("nobody").isEmpty());
  }

  @Test
  void connect_aThousandTimes_succeedsEachTime() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      connect("again").close();
    }
  }

  @Test
  void sessions_tenThousandForTwoTtls_areKeptByTheSameThreads() throws InterruptedException {
    try (Coord coord = connect("many")) {
      coord.openSession(TTL);
      int threads = threadsOf("many").size();
      List<CompletableFuture<Session>> opening = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        opening.add(coord.openSessionAsync(TTL));
      }
      List<Session> sessions = opening.stream().map(CompletableFuture::join).toList();
      await()
          .during(TTL.multipliedBy(2))
          .pollInterval(Duration.ofSeconds(1))
          .atMost(TTL.multipliedBy(6))
          .until(() -> sessions.stream().allMatch(Session::isActive));

      assertThat(sessions).extracting(Session::state).doesNotContain(SessionState.LOST);
      assertThat(cluster.leaseCount()).isEqualTo(10_001);
      await().atMost(BOUND).until(() -> threadsOf("many").size() <= threads);
    }
  }
}
