package io.coord.it.futures;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An executor that takes no task, and does not say so by a {@link
 * java.util.concurrent.RejectedExecutionException}: a pool that can start no thread throws an
 * error, a decorator whatever it likes.
 */
class FailingExecutorTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final AtomicReference<Executor> executor = new AtomicReference<>(Runnable::run);
  private final Coord coord =
      CoordRuntime.over(
          Coord.builder().endpoints("http://c:2379").name("c").build(),
          etcd.client("c"),
          task -> executor.get().execute(task));
  private final Session session = etcd.await(coord.openSessionAsync(TTL));
  private final List<Runnable> queued = new ArrayList<>();

  @AfterEach
  void endTheCoord() {
    executor.set(Runnable::run);
    etcd.close(coord);
  }

  private void failWithAnException() {
    executor.set(
        task -> {
          throw new IllegalStateException("shut down");
        });
  }

  private void failWithAnError() {
    executor.set(
        task -> {
          throw new OutOfMemoryError("unable to create native thread");
        });
  }

  private void queueAndThenFail() {
    executor.set(
        task -> {
          queued.add(task);
          throw new OutOfMemoryError("unable to create native thread");
        });
  }

  @Test
  void lock_executorThrowsAnException_ends() {
    CompletableFuture<LockHold> lock = Mutex.of(session, "m").lockAsync();
    failWithAnException();

    assertThat(etcd.await(lock).isHeld()).isTrue();
  }

  @Test
  void lock_executorThrowsAnError_ends() {
    CompletableFuture<LockHold> lock = Mutex.of(session, "m").lockAsync();
    failWithAnError();

    assertThat(etcd.await(lock).isHeld()).isTrue();
  }

  @Test
  void lock_executorQueuesAndThrows_handsTheHoldOutOnce() {
    CompletableFuture<LockHold> lock = Mutex.of(session, "m").lockAsync();
    queueAndThenFail();
    LockHold hold = etcd.await(lock);
    queued.forEach(Runnable::run);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(hold.isHeld()).isTrue();
  }

  @Test
  void lost_executorThrowsAnException_waitersAndHoldersAreTold() {
    LockHold hold = etcd.await(Mutex.of(session, "m").lockAsync());
    CompletableFuture<LockHold> waiter = Mutex.of(session, "m").lockAsync();
    CompletableFuture<SessionLoss> lost = session.lost().toCompletableFuture();
    failWithAnException();
    etcd.faults().partition("c", TTL);
    etcd.await(() -> session.state() == SessionState.LOST);
    etcd.runFor(Duration.ofMillis(1));

    assertThat(hold.isHeld()).isFalse();
    assertThat(lost).isCompleted();
    assertThat(hold.lost().toCompletableFuture()).isCompleted();
    assertThat(waiter).isCompletedExceptionally();
  }

  @Test
  void listener_executorThrewAnErrorForATime_hearsWhatComesAfterwards() {
    List<SessionState> heard = new ArrayList<>();
    session.addListener((source, state) -> heard.add(state));
    failWithAnError();
    etcd.faults().partition("c", TTL.dividedBy(4).multipliedBy(3));
    etcd.await(() -> session.state() == SessionState.SUSPENDED);
    etcd.runFor(Duration.ofMillis(1));
    executor.set(Runnable::run);
    etcd.await(() -> session.state() == SessionState.ACTIVE);
    etcd.runFor(Duration.ofMillis(1));

    assertThat(heard).containsExactly(SessionState.ACTIVE);
  }
}
