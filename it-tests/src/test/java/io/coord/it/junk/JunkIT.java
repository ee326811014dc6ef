package io.coord.it.junk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierHeldException;
import io.coord.barriers.CountDownLatch;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.locks.LockHold;
import io.coord.locks.MaximumMismatchException;
import io.coord.locks.Mutex;
import io.coord.locks.PermitHold;
import io.coord.locks.RWMutex;
import io.coord.locks.Semaphore;
import io.coord.queues.Claim;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueue;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Junk below the names of primitives, in etcd itself; what may be there is in docs/keys.md. */
@EtcdTest
class JunkIT {

  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final Duration A_MOMENT = Duration.ofMillis(300);
  private static final Bytes HUGE = Bytes.wrap(new byte[1_000_000]);
  private static final Bytes RECORD_OF_NONSENSE =
      Bytes.wrap(
          new byte[] {2, 'c', 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  private final EtcdCluster cluster;
  private Coord coord;
  private Session session;

  JunkIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = coord.openSession(TTL);
  }

  @AfterEach
  void close() {
    coord.close();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private void put(String key, Bytes value) throws Exception {
    get(
        CoordRuntime.of(coord)
            .store()
            .txn(TxnRequest.of(Op.put(Bytes.utf8(key), value)).harmlessToRepeat()));
  }

  private void putAll(Bytes value, String... keys) throws Exception {
    for (String key : keys) {
      put(key, value);
    }
  }

  @Test
  void locks_amongJunk_waitForWhatStandsInTheLineOnly() throws Exception {
    putAll(HUGE, "n", "n0", "n//x", "n/x/y", "n\0fence/x");
    Mutex mutex = Mutex.of(session, "n");
    Election<String> election = Election.of(session, "n");
    mutex.lock().close();
    put("n/x", HUGE);

    assertThat(mutex.tryLock(A_MOMENT)).isEmpty();
    assertThat(mutex.queue().holders()).hasSize(1);
    assertThat(election.campaign("me", A_MOMENT)).isEmpty();
    assertThat(election.leader().orElseThrow().key()).isEqualTo("n/x");
    CompletableFuture<LockHold> waiting = mutex.lockAsync();
    cluster.etcdctl("del", "n/x");
    get(waiting).close();
    try (Leadership<String> leadership = election.campaign("me")) {
      assertThat(leadership.isLeader()).isTrue();
    }
  }

  @Test
  void sidesAndPermits_amongJunk_waitForWhatStandsInTheLineOnly() throws Exception {
    putAll(HUGE, "rw/x", "rw/read", "rw/read/x/y", "sem/holder/x", "sem/limit/x", "sem/limit/007");
    RWMutex table = RWMutex.of(session, "rw");
    table.writeLock().lock().close();
    put("rw/read/x", HUGE);
    try (PermitHold hold = Semaphore.of(session, "sem", 2).acquire(2)) {
      assertThat(hold.isHeld()).isTrue();
      assertThatThrownBy(() -> Semaphore.of(session, "sem", 3).acquire(1))
          .isInstanceOf(MaximumMismatchException.class);
    }

    assertThat(table.writeLock().tryLock(A_MOMENT)).isEmpty();
    try (LockHold read = table.readLock().lock()) {
      assertThat(read.isHeld()).isTrue();
    }
    Semaphore permits = Semaphore.of(session, "sem", 2);
    permits.raiseMaximum(4);
    assertThat(permits.maximum()).hasValue(4);
  }

  @Test
  void queues_amongJunk_deliverWhatHasTheKeyOfAnItem() throws Exception {
    putAll(HUGE, "q", "q/x/y", "pq/00003/x", "pq/0003/1", "__pq/00003", "pq/:");
    Queue<String> queue = Queue.of(coord, "q");
    PriorityQueue<String> byPriority = PriorityQueue.of(coord, "pq");
    queue.enqueue("one");
    byPriority.enqueue("two", 3);
    putAll(Bytes.utf8("theirs"), "q/", "pq/00007/0000000000000000");

    assertThat(queue.poll(BOUND)).contains("one");
    assertThat(queue.poll(BOUND)).contains("theirs");
    assertThat(queue.poll()).isEmpty();
    assertThat(byPriority.poll(BOUND)).contains("two");
    assertThat(byPriority.poll(BOUND)).contains("theirs");
  }

  @Test
  void workQueue_amongJunk_handsOutItsItems() throws Exception {
    String work = "__coord/work/w\0";
    putAll(
        RECORD_OF_NONSENSE,
        work + "item/x",
        work + "item/00000/0000000000000000",
        work + "claim/held/x",
        work + "claim/live/x",
        work + "dead/x");
    WorkQueue<String> queue = WorkQueue.of(session, "w");
    queue.enqueue("ours");
    Claim<String> nonsense = queue.claim(BOUND).orElseThrow();
    Optional<Claim<String>> ours = queue.claim(BOUND);

    assertThat(nonsense.value()).isEqualTo(RECORD_OF_NONSENSE.utf8());
    assertThat(ours.orElseThrow().value()).isEqualTo("ours");
    assertThat(queue.deadLetters()).isEmpty();
    assertThat(queue.retry("x")).isFalse();
  }

  @Test
  void barriers_amongJunk_sayWhatIsWrongOrCountIt() throws Exception {
    putAll(HUGE, "latch", "barrier", "team/x", "team/waiters/x/y");

    assertThatThrownBy(() -> CountDownLatch.of(coord, "latch").countDown())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not hold a count");
    assertThatThrownBy(() -> Barrier.of(coord, "barrier").hold())
        .isInstanceOf(BarrierHeldException.class);
    DoubleBarrier member = DoubleBarrier.of(session, "team", 2);
    assertThat(member.enter(A_MOMENT)).isFalse();
    CompletableFuture<Void> entering = member.enterAsync();
    await()
        .atMost(BOUND)
        .until(
            () -> {
              put("team/ready", Bytes.utf8("99999999999999"));
              return entering.isDone();
            });
    get(entering);
    get(member.leaveAsync());
  }
}
