package io.coord.it.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueue;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Waits whose futures are ended by their users as {@link CompletableFuture#orTimeout} and {@link
 * CompletableFuture#completeOnTimeout} do it: they are given up, as by a cancel.
 */
class GivenUpTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final AtomicReference<Executor> executor = new AtomicReference<>(Runnable::run);
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final Session other = etcd.await(b.openSessionAsync(TTL));

  private <T> CompletableFuture<T> waiting(CompletableFuture<T> wait) {
    etcd.runFor(A_MOMENT);
    assertThat(wait).isNotDone();
    return wait;
  }

  private void timeOut(CompletableFuture<?> wait) {
    waiting(wait).completeExceptionally(new TimeoutException());
    etcd.runFor(A_MOMENT);
  }

  private List<String> keys(String prefix) {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(prefix))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  @Test
  void dequeue_timedOutByItsUser_takesNothingLater() {
    Queue<String> queue = Queue.of(a, "jobs");
    timeOut(queue.dequeueAsync());
    etcd.await(queue.enqueueAsync("1"));
    etcd.await(queue.enqueueAsync("2"));
    etcd.runFor(A_MOMENT);

    assertThat(etcd.await(queue.pollAsync())).contains("1");
    assertThat(etcd.await(queue.pollAsync())).contains("2");
  }

  @Test
  void dequeue_completedByItsUser_takesNothingLater() {
    Queue<String> queue = Queue.of(a, "jobs");
    waiting(queue.dequeueAsync()).complete("nothing");
    etcd.await(queue.enqueueAsync("1"));
    etcd.await(queue.enqueueAsync("2"));
    etcd.runFor(A_MOMENT);

    assertThat(etcd.await(queue.pollAsync())).contains("1");
  }

  @Test
  void lock_timedOutByItsUser_leavesTheLine() {
    LockHold held = etcd.await(Mutex.of(other, "m").lockAsync());
    timeOut(Mutex.of(session, "m").lockAsync());

    assertThat(keys("m/")).containsExactly(held.key());
  }

  @Test
  void acquire_timedOutByItsUser_leavesTheLine() {
    PermitHold held = etcd.await(Semaphore.of(other, "s", 1).acquireAsync(1));
    timeOut(Semaphore.of(session, "s", 1).acquireAsync(1));

    assertThat(keys("s/holder")).containsExactly(held.key());
  }

  @Test
  void enter_timedOutByItsUser_isOut() {
    DoubleBarrier member = DoubleBarrier.of(session, "team", 2);
    timeOut(member.enterAsync());
    assertThat(keys("team/waiters")).isEmpty();

    CompletableFuture<Void> again = waiting(member.enterAsync());
    etcd.await(DoubleBarrier.of(other, "team", 2).enterAsync());
    etcd.await(again);
  }

  @Test
  void enter_completedByItsUser_isOut() {
    DoubleBarrier member = DoubleBarrier.of(session, "team", 2);
    waiting(member.enterAsync()).complete(null);
    etcd.runFor(A_MOMENT);
    assertThat(keys("team/waiters")).isEmpty();

    waiting(member.enterAsync());
  }

  @Test
  void enter_completedByItsUserAtAnyMomentWhileTheLastOneComes_holdsNobodyUp() {
    for (int micros = 0; micros < 6_000; micros += 100) {
      String name = "team" + micros;
      DoubleBarrier member = DoubleBarrier.of(session, name, 2);
      DoubleBarrier last = DoubleBarrier.of(other, name, 2);
      CompletableFuture<Void> entering = waiting(member.enterAsync());
      CompletableFuture<Void> lastIn = last.enterAsync();
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean isGivenUp = entering.complete(null);
      etcd.runFor(A_MOMENT);
      if (!isGivenUp) {
        CompletableFuture<Void> unused = member.leaveAsync();
      }
      if (lastIn.isDone()) {
        etcd.await(last.leaveAsync());
      } else {
        lastIn.cancel(true);
      }
      etcd.runFor(A_MOMENT);

      CompletableFuture<Void> again = member.enterAsync();
      etcd.await(last.enterAsync());
      etcd.await(again);
    }
  }

  @Test
  void takeOver_cancelled_leavesTheLeaseToItself() {
    long lease = session.leaseId();
    session.orphan();
    CompletableFuture<Session> heir = b.takeOverSessionAsync(lease);
    heir.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).contains(lease);
  }

  @Test
  void close_executorTakesNoMoreTasks_endsEveryFutureAllTheSame() {
    Coord coord = connect();
    Session mine = etcd.await(coord.openSessionAsync(TTL));
    CompletableFuture<String> item = waiting(Queue.of(coord, "jobs").dequeueAsync());
    CompletableFuture<?> claim = waiting(WorkQueue.of(mine, "work").claimAsync());
    CompletableFuture<SessionLoss> lost = new CompletableFuture<>();
    mine.lost().whenComplete((loss, closed) -> lost.completeExceptionally(closed));
    refuseCallbacks();
    etcd.close(coord);
    etcd.runFor(A_MOMENT);

    assertThatThrownBy(() -> etcd.await(item)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(claim)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(lost)).isInstanceOf(ClosedException.class);
  }

  @Test
  void lost_executorTakesNoMoreTasks_isToldAllTheSame() {
    Session mine = etcd.await(connect().openSessionAsync(TTL));
    CompletableFuture<SessionLoss> lost = mine.lost().toCompletableFuture();
    refuseCallbacks();
    etcd.faults().partition("c");

    assertThat(etcd.await(lost).reason()).isEqualTo(SessionLoss.Reason.DEADLINE_PASSED);
  }

  @Test
  void lost_listenerThrowsAnError_theOthersAndTheStageAreToldAllTheSame() {
    executor.set(
        task -> {
          try {
            task.run();
          } catch (AssertionError expected) {
            assertThat(expected).hasMessage("of a listener");
          }
        });
    Session mine = etcd.await(connect().openSessionAsync(TTL));
    List<SessionState> heard = new ArrayList<>();
    mine.addListener(
        (source, state) -> {
          throw new AssertionError("of a listener");
        });
    mine.addListener((source, state) -> heard.add(state));
    etcd.faults().revokeLease(mine.leaseId());

    assertThat(etcd.await(mine.lost().toCompletableFuture()).reason())
        .isEqualTo(SessionLoss.Reason.LEASE_GONE);
    assertThat(heard).containsExactly(SessionState.LOST);
  }

  private Coord connect() {
    return CoordRuntime.over(
        Coord.builder().endpoints("http://c:2379").name("c").build(),
        etcd.client("c"),
        task -> executor.get().execute(task));
  }

  private void refuseCallbacks() {
    executor.set(
        task -> {
          throw new RejectedExecutionException();
        });
  }
}
