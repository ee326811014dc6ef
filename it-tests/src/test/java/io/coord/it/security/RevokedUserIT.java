package io.coord.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.barriers.Barrier;
import io.coord.core.AuthenticationException;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionState;
import io.coord.election.Election;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerState;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.queues.Queue;
import io.coord.stm.Stm;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user whose role, or who itself, is taken away while it is at work. */
@EtcdTest
class RevokedUserIT {

  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  private final EtcdCluster cluster;
  private Coord coord;
  private Session session;
  private LockHold hold;
  private CompletableFuture<LockHold> waiting;

  RevokedUserIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void beAtWork() throws Exception {
    cluster.enableAuth("secret");
    cluster.etcdctl("role", "add", "app");
    grant("orders");
    grant("__coord/");
    cluster.etcdctl("user", "add", "app:known");
    cluster.etcdctl("user", "grant-role", "app", "app");
    coord =
        Coord.builder().endpoints(cluster.connectionString()).credentials("app", "known").connect();
    session = coord.openSession(TTL);
    hold = Mutex.of(session, "orders").lock();
    waiting = Mutex.of(session, "orders").lockAsync();
    await().atMost(BOUND).until(() -> Mutex.of(session, "orders").queue().waiters().size() == 1);
  }

  private void grant(String prefix) {
    cluster.etcdctl("role", "grant-permission", "app", "--prefix=true", "readwrite", prefix);
  }

  @AfterEach
  void close() {
    coord.close();
    cluster.heal();
    cluster.deleteEverything();
  }

  /** Each thing that a user may begin; it fails with this kind of exception, and soon. */
  private void assertRefusedAtOnce(Class<? extends RefusedException> kind, String words) {
    Map<String, Callable<?>> calls =
        Map.of(
            "lock", () -> Mutex.of(session, "orders/2").tryLock(BOUND),
            "campaign", () -> Election.of(session, "orders/3").campaign("me", BOUND),
            "enqueue", () -> Queue.of(coord, "orders/queue").enqueue("x"),
            "dequeue", () -> Queue.of(coord, "orders/queue").poll(BOUND),
            "hold", () -> hold(Barrier.of(coord, "orders/barrier")),
            "transaction", () -> Stm.run(coord, tx -> tx.get("orders/1")));
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call::call).as(name).isInstanceOf(kind).hasMessageContaining(words));
  }

  private static boolean hold(Barrier barrier) throws InterruptedException {
    barrier.hold();
    return true;
  }

  @Test
  void role_revoked_everythingNewAndTheWaiterAreDeniedAtOnceAndTheSessionStays() {
    cluster.etcdctl("user", "revoke-role", "app", "app");

    assertRefusedAtOnce(PermissionDeniedException.class, "permission denied");
    assertThat(hold.releaseAsync()).succeedsWithin(BOUND).isEqualTo(Release.PENDING);
    assertThat(waiting)
        .failsWithin(BOUND)
        .withThrowableThat()
        .withCauseInstanceOf(PermissionDeniedException.class);
    assertThat(session.state()).isEqualTo(SessionState.ACTIVE);
  }

  @Test
  void user_deleted_everythingNewIsRefusedAtOnceAndNothingIsTriedForEver() throws Exception {
    cluster.etcdctl("user", "delete", "app");

    assertRefusedAtOnce(AuthenticationException.class, "user \"app\"");
    assertThat(coord.openSessionAsync(TTL))
        .failsWithin(BOUND)
        .withThrowableThat()
        .withCauseInstanceOf(AuthenticationException.class);
    assertThat(hold.releaseAsync()).succeedsWithin(BOUND).isEqualTo(Release.PENDING);
    double before = authentications();
    await().pollDelay(A_WHILE).atMost(BOUND).until(() -> true);
    assertThat(authentications() - before).isLessThan(10);
  }

  @Test
  void leaderRunner_permissionMissing_saysSoAndTriesSeldomAndLeadsOnceItIsThere() {
    BlockingQueue<LeaderRunnerState> states = new LinkedBlockingQueue<>();
    try (LeaderRunner runner =
        LeaderRunner.start(
            coord, "payments", "me", leadership -> leadership.lost().toCompletableFuture().get())) {
      runner.addListener((who, state) -> states.add(state));
      await().pollDelay(A_WHILE).atMost(BOUND).until(() -> true);

      assertThat(runner.state()).isIn(LeaderRunnerState.PAUSING, LeaderRunnerState.STANDING);
      assertThat(states).hasSizeLessThan(20).contains(LeaderRunnerState.PAUSING);
      grant("payments");
      await().atMost(BOUND).until(() -> runner.state() == LeaderRunnerState.LEADING);
    }
  }

  private double authentications() throws Exception {
    URI metrics = URI.create(cluster.endpoints().get(0) + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("grpc_server_started_total"))
        .filter(line -> line.contains("\"Authenticate\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 1)))
        .sum();
  }
}
