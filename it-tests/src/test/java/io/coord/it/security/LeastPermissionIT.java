package io.coord.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.CountDownLatch;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.locks.PermitHold;
import io.coord.locks.RWMutex;
import io.coord.locks.Semaphore;
import io.coord.locks.WriteHold;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.stm.Stm;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What docs/operations.md says that a user needs is enough, and less gives a clear error at once.
 */
@EtcdTest
class LeastPermissionIT {

  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private Coord coord;

  LeastPermissionIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connectAsUserOfOrders() throws InterruptedException {
    cluster.enableAuth("secret");
    cluster.etcdctl("role", "add", "app");
    grant("orders");
    cluster.etcdctl("user", "add", "app:known");
    cluster.etcdctl("user", "grant-role", "app", "app");
    coord =
        Coord.builder().endpoints(cluster.connectionString()).credentials("app", "known").connect();
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

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void mutex_itsPrefix_isEnough() throws Exception {
    Mutex first = Mutex.of(coord.openSession(TTL), "orders");
    Mutex second = Mutex.of(coord.openSession(TTL), "orders");
    LockHold hold = first.lock();
    CompletableFuture<LockHold> waiting = second.lockAsync();

    assertThat(first.queue().holders()).hasSize(1);
    hold.close();
    assertThat(get(waiting).isHeld()).isTrue();
  }

  @Test
  void election_itsPrefix_isEnough() throws Exception {
    Election<String> election = Election.of(coord.openSession(TTL), "orders/leader");
    try (Leadership<String> leadership = election.campaign("one")) {
      leadership.proclaim("two");

      assertThat(ElectionView.of(coord, "orders/leader").leader().orElseThrow().value())
          .isEqualTo("two");
      assertThat(election.candidates()).hasSize(1);
    }
  }

  @Test
  void election_readingItsKeys_isEnoughToObserveIt() throws Exception {
    cluster.etcdctl("role", "grant-permission", "app", "--prefix=true", "read", "reports/");
    cluster.etcdctl("--user=root:secret", "put", "reports/by-hand", "one");
    ElectionView<String> view = ElectionView.of(coord, "reports");
    CompletableFuture<ElectionEvent<String>> told = new CompletableFuture<>();
    try (Observation observation = view.observe(told::complete)) {
      assertThat(get(told)).isInstanceOf(ElectionEvent.Elected.class);
      assertThat(observation.ended().toCompletableFuture()).isNotDone();
    }

    assertThat(view.leader().orElseThrow().value()).isEqualTo("one");
    assertThat(view.candidates()).hasSize(1);
  }

  @Test
  void readWriteMutexAndSemaphore_theirPrefix_isEnough() throws Exception {
    Session session = coord.openSession(TTL);
    try (WriteHold written = RWMutex.of(session, "orders/table").writeLock().lock();
        LockHold read = written.downgrade();
        PermitHold permits = Semaphore.of(session, "orders/permits", 3).acquire(2)) {
      assertThat(read.isHeld()).isTrue();
      assertThat(permits.permits()).isEqualTo(2);
    }
  }

  @Test
  void barriers_theirPrefixAndTheMarkers_areEnough() throws Exception {
    grant("__coord/barriers/");
    Barrier barrier = Barrier.of(coord, "orders/barrier");
    barrier.hold();
    barrier.release();
    CountDownLatch latch = CountDownLatch.of(coord, "orders/latch");
    latch.add(1);
    latch.countDown();
    DoubleBarrier alone = DoubleBarrier.of(coord.openSession(TTL), "orders/team", 1);
    alone.enter();
    alone.leave();

    assertThat(barrier.await(BOUND)).isTrue();
    assertThat(latch.await(BOUND)).isTrue();
  }

  @Test
  void queues_theirPrefixesAndTheMarkers_areEnough() throws Exception {
    grant("__coord/queues/");
    grant("__orders");
    Queue<String> queue = Queue.of(coord, "orders/queue");
    queue.enqueue("one");
    PriorityQueue<String> byPriority = PriorityQueue.of(coord, "orders/urgent");
    byPriority.enqueue("two", 7);

    assertThat(queue.poll(BOUND)).contains("one");
    assertThat(byPriority.poll(BOUND)).contains("two");
  }

  @Test
  void workQueue_itsPrefixesAndTheMarkers_areEnough() throws Exception {
    grant("__coord/queues/");
    grant("__coord/work/orders");
    grant("____coord/work/orders");
    WorkQueue<String> queue = WorkQueue.of(coord.openSession(TTL), "orders/work");
    queue.enqueue("one", EnqueueOptions.defaults().withId("id"));
    queue.claim().nack("not now", Duration.ofSeconds(1));
    queue.claim().ack();

    assertThat(queue.counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void stm_itsKeysAndTheMarkers_areEnough() throws Exception {
    grant("__coord/stm/");
    Stm.run(
        coord,
        tx -> {
          tx.put("orders/1", tx.get("orders/1").orElse("") + "x");
          return 0;
        });

    assertThat(cluster.etcdctl("--user=root:secret", "get", "orders/1")).contains("x");
  }

  @Test
  void mutex_anotherPrefix_isDeniedAtOnceAndLeavesNothing() throws Exception {
    Session session = coord.openSession(TTL);

    assertThatThrownBy(() -> Mutex.of(session, "payments").lock())
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("payments");
    assertThat(session.state().toString()).isEqualTo("ACTIVE");
    assertThat(cluster.etcdctl("--user=root:secret", "get", "--prefix", "payments")).isEmpty();
  }

  @Test
  void observe_anotherPrefix_endsWithTheError() {
    CompletableFuture<Void> ended =
        ElectionView.of(coord, "payments")
            .observe(event -> {})
            .ended()
            .toCompletableFuture()
            .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS);

    assertThatThrownBy(ended::join).hasCauseInstanceOf(PermissionDeniedException.class);
  }
}
