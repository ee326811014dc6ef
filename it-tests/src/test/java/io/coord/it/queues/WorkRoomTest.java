package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.queues.Claim;
import io.coord.queues.QueueFullException;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Producers of a bounded work queue, who wait for room when it is full. */
class WorkRoomTest extends WorkScenario {

  private static final int BOUND = 4;
  private static final WorkQueueOptions WAITING = TWICE.withMaxLength(BOUND, WhenFull.WAIT);
  private static final KeyRange ITEMS = KeyRange.prefix(Bytes.utf8("__coord/work/work\0item/"));
  private static final Duration A_FEW_ROUND_TRIPS = Duration.ofMillis(20);

  private final WorkQueue<String> bounded = queue(sessionA, WAITING);

  private static List<CompletableFuture<Long>> enqueue(WorkQueue<String> to, int count) {
    return IntStream.range(0, count).mapToObj(i -> to.enqueueAsync("v" + i)).toList();
  }

  private static int in(List<CompletableFuture<Long>> puts) {
    return (int) puts.stream().filter(CompletableFuture::isDone).count();
  }

  /** Fills the queue, and lets others wait until all have found it full. */
  private List<CompletableFuture<Long>> waitersOfAFullQueue(int count) {
    enqueue(bounded, BOUND).forEach(etcd::await);
    List<CompletableFuture<Long>> waiters = enqueue(bounded, count);
    etcd.runFor(A_MOMENT);
    assertThat(in(waiters)).isZero();
    return waiters;
  }

  @Test
  void enqueue_anItemIsAcknowledged_whoWaitsIsInAFewRoundTripsLater() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(20);
    for (int i = 0; i < waiters.size(); i++) {
      etcd.await(claim(other).ackAsync());
      etcd.runFor(A_FEW_ROUND_TRIPS);

      assertThat(in(waiters)).isEqualTo(i + 1);
      assertThat(waiters.get(i)).as("in the order in which they came").isDone();
    }
  }

  @Test
  void enqueue_afterOthersBeganToWait_goesBehindThem() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(3);
    etcd.await(claim(other).ackAsync());
    CompletableFuture<Long> late = bounded.enqueueAsync("late");
    etcd.runFor(A_MOMENT);

    assertThat(waiters.get(0)).isDone();
    assertThat(late).isNotDone();
  }

  @Test
  void enqueue_anItemIsRemovedByHand_whoWaitsIsIn() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(2);
    etcd.faults().deleteKey(etcd.keys(ITEMS).get(0).key());
    etcd.faults().deleteKey(etcd.keys(ITEMS).get(1).key());
    etcd.runFor(Duration.ofSeconds(5));

    assertThat(in(waiters)).isEqualTo(2);
  }

  @Test
  void enqueue_anItemIsGivenBack_whoWaitsGoesOnWaiting() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(2);
    etcd.await(claim(other).nackAsync("not now"));
    etcd.runFor(A_MOMENT);

    assertThat(in(waiters)).isZero();
    assertThat(counts()).isEqualTo(new WorkCounts(BOUND, 0, 0));
  }

  @Test
  void enqueue_waitIsCancelled_takesNoRoomAndTheNextOneIsIn() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(3);
    waiters.get(0).cancel(true);
    waiters.get(1).cancel(true);
    etcd.await(claim(other).ackAsync());
    etcd.runFor(A_FEW_ROUND_TRIPS);

    assertThat(waiters.get(2)).isDone();
    assertThat(counts()).isEqualTo(new WorkCounts(BOUND, 0, 0));
  }

  @Test
  void enqueue_etcdIsGoneWhileSomeWait_allAreToldTogether() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(20);
    etcd.faults().stopServer();
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(in(waiters)).isEqualTo(20);
    assertThatThrownBy(() -> etcd.await(waiters.get(19))).isInstanceOf(UnavailableException.class);
  }

  @Test
  void enqueue_boundsOfTwoHandlesDiffer_theLargerOneIsNotHeldUpByTheSmaller() {
    List<CompletableFuture<Long>> waiters = waitersOfAFullQueue(1);
    WorkQueue<String> larger = queue(sessionA, TWICE.withMaxLength(BOUND + 1, WhenFull.WAIT));
    etcd.await(larger.enqueueAsync("one more"));

    assertThat(in(waiters)).isZero();
  }

  @Test
  void enqueue_besideOthersUnderALargerBound_isRefusedByItsOwn() {
    WorkQueue<String> larger = queue(sessionA, TWICE.withMaxLength(3 * BOUND, WhenFull.REFUSE));
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(BOUND, WhenFull.REFUSE));
    List<CompletableFuture<Long>> puts = new ArrayList<>(enqueue(larger, BOUND));
    CompletableFuture<Long> together = refusing.enqueueAsync("one too many");
    puts.forEach(etcd::await);

    assertThatThrownBy(() -> etcd.await(together)).isInstanceOf(QueueFullException.class);
    assertThat(counts()).isEqualTo(new WorkCounts(BOUND, 0, 0));
  }

  @Test
  void enqueue_aDeadItemWasRetriedMeanwhile_theBoundHolds() {
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(2, WhenFull.REFUSE));
    enqueue("dead");
    for (int i = 0; i < 2; i++) {
      etcd.await(claim(other).nackAsync("no"));
    }
    String dead = etcd.await(other.deadLettersAsync()).get(0).id();
    etcd.await(refusing.enqueueAsync("1"));
    assertThat(etcd.await(other.retryAsync(dead))).isTrue();

    assertThatThrownBy(() -> etcd.await(refusing.enqueueAsync("2")))
        .isInstanceOf(QueueFullException.class);
  }

  @Test
  void enqueue_boundedByCallersWhoComeTogether_shareTransactions() {
    WorkQueue<String> wide = queue(sessionA, TWICE.withMaxLength(1_000, WhenFull.WAIT));
    etcd.await(wide.enqueueAsync("first"));
    long before = etcd.revision();
    enqueue(wide, 200).forEach(etcd::await);

    assertThat(etcd.revision() - before).isLessThanOrEqualTo(5);
    assertThat(counts().waiting()).isEqualTo(201);
  }

  @Test
  void enqueue_moreTogetherThanThereIsRoomFor_asManyAsFitComeIn() {
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(BOUND, WhenFull.REFUSE));
    List<CompletableFuture<Long>> puts = enqueue(refusing, 3 * BOUND);
    etcd.runFor(A_MOMENT);

    assertThat(in(puts)).isEqualTo(3 * BOUND);
    assertThat(puts.subList(0, BOUND)).allMatch(put -> !put.isCompletedExceptionally());
    for (CompletableFuture<Long> put : puts.subList(BOUND, 3 * BOUND)) {
      assertThatThrownBy(() -> etcd.await(put))
          .isInstanceOf(QueueFullException.class)
          .hasMessageContaining(BOUND + " items");
    }
  }

  @Test
  void enqueue_watchIsDenied_whoWaitsIsInAfterAWhile() {
    Store denied =
        new ForwardingStore(etcd.client("denied")) {
          @Override
          public Watch watch(
              KeyRange range, long startRevision, Changes changes, WatchListener listener) {
            RefusedException cause = new PermissionDeniedException("not granted", null);
            scheduler().execute(() -> listener.onFailed(cause));
            return () -> {};
          }
        };
    Coord coord = CoordRuntime.over(CoordRuntime.of(a).config(), denied, Runnable::run);
    WorkQueue<String> blind = queue(etcd.await(coord.openSessionAsync(TTL)), WAITING);
    enqueue(blind, BOUND).forEach(etcd::await);
    CompletableFuture<Long> waiting = blind.enqueueAsync("waits");
    etcd.runFor(A_MOMENT);
    assertThat(waiting).isNotDone();
    etcd.await(claim(other).ackAsync());
    etcd.runFor(Duration.ofSeconds(5));

    assertThat(waiting).isDone();
  }

  @Test
  void enqueue_nobodyWaitsAnyMore_nothingIsAskedOrWatched() {
    List<Object> open = new ArrayList<>();
    Store counting =
        new ForwardingStore(etcd.client("counting")) {
          @Override
          public Watch watch(
              KeyRange range, long startRevision, Changes changes, WatchListener listener) {
            Watch watch = super.watch(range, startRevision, changes, listener);
            open.add(watch);
            return () -> {
              open.remove(watch);
              watch.close();
            };
          }
        };
    Coord coord = CoordRuntime.over(CoordRuntime.of(a).config(), counting, Runnable::run);
    WorkQueue<String> watched = queue(etcd.await(coord.openSessionAsync(TTL)), WAITING);
    int before = open.size();
    enqueue(watched, BOUND).forEach(etcd::await);
    CompletableFuture<Long> waiting = watched.enqueueAsync("waits");
    etcd.runFor(A_MOMENT);
    assertThat(open).hasSize(before + 1);
    waiting.cancel(true);
    etcd.runFor(Duration.ofSeconds(5));

    assertThat(open).hasSize(before);
  }

  @Test
  void enqueue_inAnyWeather_everyoneGetsInAndTheBoundHolds() {
    int producers = 12;
    for (SimulatedFaults weather :
        List.of(SimulatedFaults.none(), SimulatedFaults.lossy(), SimulatedFaults.stormy())) {
      SeedSweep.of(20).run(weather, sim -> everyoneGetsIn(sim, producers));
    }
  }

  private static void everyoneGetsIn(SimulatedEtcd sim, int producers) {
    KeyRange held = KeyRange.prefix(Bytes.utf8("__coord/work/work\0claim/held/"));
    sim.onCommit(
        events ->
            assertThat(sim.keys(ITEMS).size() + sim.keys(held).size()).isLessThanOrEqualTo(BOUND));
    Duration longerThanTheRun = Duration.ofMinutes(10);
    List<WorkQueue<String>> queues = new ArrayList<>();
    for (String name : List.of("p", "q", "c")) {
      queues.add(queue(sim.await(sim.coord(name).openSessionAsync(longerThanTheRun)), WAITING));
    }
    int[] acknowledged = {0};
    for (int i = 0; i < producers; i++) {
      put(queues.get(i % 2), "v" + i);
    }
    takeAll(queues.get(2), acknowledged);
    sim.await(() -> acknowledged[0] >= producers);
  }

  /** Puts a value in, again where etcd was out of reach. */
  private static void put(WorkQueue<String> to, String value) {
    CompletableFuture<?> unused =
        to.enqueueAsync(value)
            .whenComplete(
                (in, failure) -> {
                  if (failure instanceof UnavailableException) {
                    put(to, value);
                  }
                });
  }

  private static void takeAll(WorkQueue<String> from, int[] acknowledged) {
    CompletableFuture<?> unused =
        from.claimAsync()
            .thenAccept(
                claim -> {
                  acknowledge(claim, acknowledged);
                  takeAll(from, acknowledged);
                });
  }

  private static void acknowledge(Claim<String> claim, int[] acknowledged) {
    CompletableFuture<?> unused =
        claim
            .ackAsync()
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    acknowledged[0]++;
                  } else {
                    acknowledge(claim, acknowledged);
                  }
                });
  }
}
