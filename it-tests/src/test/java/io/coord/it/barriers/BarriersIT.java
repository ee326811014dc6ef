package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierFullException;
import io.coord.barriers.CountDownLatch;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The barriers on three real members. */
@EtcdTest(members = 3)
class BarriersIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SHORT_TTL = Duration.ofSeconds(5);

  /** What a thread does that is interrupted. */
  @FunctionalInterface
  private interface Blocking {
    void run() throws InterruptedException;
  }

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();

  BarriersIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      coords.add(Coord.connect(cluster.connectionString()));
    }
  }

  @AfterEach
  void close() {
    coords.forEach(Coord::close);
  }

  private static <T> T get(CompletableFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private static void getAll(List<CompletableFuture<Void>> futures)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (CompletableFuture<Void> future : futures) {
      get(future);
    }
  }

  /** All but the markers of holds and latches, which stay while their connections are open. */
  private long keyCount() {
    return cluster
        .etcdctl("get", "", "--prefix", "--keys-only")
        .lines()
        .filter(key -> !key.isEmpty() && !key.startsWith("__coord/barriers/"))
        .count();
  }

  private void awaitNoKey() {
    Awaitility.await().atMost(BOUND).until(() -> keyCount() == 0);
  }

  private DoubleBarrier member(int client, int count) throws InterruptedException {
    return DoubleBarrier.of(coords.get(client).openSession(TTL), "team", count);
  }

  /** Interrupts a call once the condition holds, and sees it end by that. */
  private static void interrupt(Blocking call, Callable<Boolean> when) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (InterruptedException e) {
                thrown.set(e);
              }
            });
    caller.start();
    Awaitility.await().atMost(BOUND).until(when);
    caller.interrupt();
    caller.join(BOUND.toMillis());
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void barrier_leaderKilledAndHistoryCompacted_opensForAllOnTheReleaseOnly()
      throws InterruptedException, ExecutionException, TimeoutException {
    Barrier barrier = Barrier.of(coords.get(0), "gate");
    barrier.hold();
    List<CompletableFuture<Void>> waiters =
        coords.stream().map(coord -> Barrier.of(coord, "gate").awaitAsync()).toList();
    assertThat(Barrier.of(coords.get(1), "gate").await(Duration.ofMillis(500))).isFalse();

    EtcdMember leader = cluster.awaitLeader(BOUND);
    leader.kill();
    cluster.awaitLeader(BOUND);
    cluster.compact();
    leader.restart();
    cluster.awaitHealthy(BOUND);
    assertThat(waiters).noneMatch(CompletableFuture::isDone);

    barrier.release();

    getAll(waiters);
    awaitNoKey();
  }

  @Test
  void barrier_heldAndReleasedByEtcdctl_isTheSameBarrier()
      throws InterruptedException, ExecutionException, TimeoutException {
    cluster.etcdctl("put", "gate", "");
    Barrier barrier = Barrier.of(coords.get(0), "gate");
    CompletableFuture<Void> waiter = barrier.awaitAsync();
    assertThat(barrier.await(Duration.ofMillis(300))).isFalse();

    cluster.etcdctl("del", "gate");

    get(waiter);
  }

  @Test
  void await_interrupted_ends() throws InterruptedException {
    Barrier barrier = Barrier.of(coords.get(0), "gate");
    barrier.hold();

    interrupt(Barrier.of(coords.get(1), "gate")::await, () -> true);

    barrier.release();
    awaitNoKey();
  }

  @Test
  void doubleBarrier_severalRoundsWhileAMemberFreezes_goInAndOutTogether()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<DoubleBarrier> members = List.of(member(0, 3), member(1, 3), member(2, 3));
    DoubleBarrier tooMany = member(0, 3);
    for (int round = 0; round < 4; round++) {
      List<CompletableFuture<Void>> entering = new ArrayList<>();
      entering.add(members.get(0).enterAsync());
      entering.add(members.get(1).enterAsync());
      if (round == 2) {
        cluster.followers().get(0).freeze();
      }
      Awaitility.await().atMost(BOUND).until(() -> keyCount() == 2);
      assertThat(entering).noneMatch(CompletableFuture::isDone);
      entering.add(members.get(2).enterAsync());
      getAll(entering);
      assertThatThrownBy(tooMany::enter).isInstanceOf(BarrierFullException.class);
      getAll(members.stream().map(DoubleBarrier::leaveAsync).toList());
      awaitNoKey();
    }
    cluster.heal();
  }

  @Test
  void doubleBarrier_timeOverOrInterrupted_leavesNoKey() throws InterruptedException {
    DoubleBarrier member = member(0, 2);
    assertThat(member.enter(Duration.ofMillis(300))).isFalse();
    awaitNoKey();

    interrupt(member::enter, () -> keyCount() == 1);

    awaitNoKey();
  }

  @Test
  void doubleBarrier_sessionOfAMemberRunsOut_doesNotBlockLeaving()
      throws InterruptedException, ExecutionException, TimeoutException {
    Session mortal = coords.get(1).openSession(SHORT_TTL);
    DoubleBarrier other = DoubleBarrier.of(mortal, "team", 2);
    DoubleBarrier member = member(0, 2);
    getAll(List.of(member.enterAsync(), other.enterAsync()));
    mortal.orphan();

    assertThat(member.leave(BOUND)).isTrue();

    awaitNoKey();
  }

  @Test
  void latch_countedDownByManyAtOnce_opensAtZero()
      throws InterruptedException, ExecutionException, TimeoutException {
    CountDownLatch latch = CountDownLatch.of(coords.get(0), "work");
    latch.add(24);
    CompletableFuture<Void> waiter = CountDownLatch.of(coords.get(1), "work").awaitAsync();
    assertThat(latch.await(Duration.ofMillis(300))).isFalse();
    List<CompletableFuture<Long>> downs = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      downs.add(CountDownLatch.of(coords.get(i % 3), "work").countDownAsync());
    }
    List<Long> counts = new ArrayList<>();
    for (CompletableFuture<Long> down : downs) {
      counts.add(get(down));
    }

    get(waiter);
    assertThat(counts).doesNotHaveDuplicates().contains(0L, 23L);
    assertThat(latch.count()).isZero();
    awaitNoKey();
  }

  @Test
  void close_whileWaiting_endsEveryFutureAndLeavesNoLease() throws InterruptedException {
    Barrier.of(coords.get(0), "gate").hold();
    Coord closing = Coord.connect(cluster.connectionString());
    CountDownLatch.of(closing, "work").add(1);
    CompletableFuture<Void> waiting = Barrier.of(closing, "gate").awaitAsync();
    CompletableFuture<Void> counting = CountDownLatch.of(closing, "work").awaitAsync();
    CompletableFuture<Void> entering =
        DoubleBarrier.of(closing.openSession(TTL), "team", 2).enterAsync();
    Awaitility.await().atMost(BOUND).until(() -> keyCount() == 3);

    closing.close();

    Awaitility.await().atMost(BOUND).until(waiting::isDone);
    Awaitility.await().atMost(BOUND).until(counting::isDone);
    Awaitility.await().atMost(BOUND).until(entering::isDone);
    assertThat(List.of(waiting, counting, entering))
        .allMatch(CompletableFuture::isCompletedExceptionally);
    coords.forEach(Coord::close);
    assertThat(cluster.leaseCount()).isZero();
    assertThat(cluster.etcdctl("get", "", "--prefix", "--keys-only").split("\\s+"))
        .containsExactly("gate", "work");
  }
}
