package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.KeyDeletedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.locks.SimulatedThreads.SimulatedThread;
import io.coord.locks.LockHold;
import io.coord.locks.Locker;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lock that belongs to a thread, on the simulated store. */
@SuppressWarnings("LockNotBeforeTry")
@Timeout(60)
class LockerTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(3);
  private final SimulatedThreads threads = new SimulatedThreads(etcd);
  private final Session session = session("a");
  private final Locker lock = Locker.of(session, "orders");
  private final Locker other = Locker.of(session("b"), "orders");
  private final SimulatedThread first = threads.start("first");
  private final SimulatedThread second = threads.start("second");
  private final SimulatedThread third = threads.start("third");

  private Session session(String client) {
    Coord coord = etcd.coord(client);
    return etcd.await(coord.openSessionAsync(TTL));
  }

  @AfterEach
  void endThreads() {
    threads.close();
  }

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("orders/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private FutureTask<Boolean> locking(SimulatedThread thread, Locker through) {
    return thread.begin(
        () -> {
          through.lock();
          return true;
        });
  }

  private FutureTask<Boolean> lockingInterruptibly(SimulatedThread thread, Locker through) {
    return thread.begin(
        () -> {
          through.lockInterruptibly();
          return true;
        });
  }

  private FutureTask<Boolean> waiting(SimulatedThread thread, Locker through) {
    FutureTask<Boolean> waiter = lockingInterruptibly(thread, through);
    threads.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private static boolean gets(SimulatedThread thread, Callable<Boolean> tryLock)
      throws ExecutionException, InterruptedException {
    return thread.call(tryLock);
  }

  private static boolean holds(SimulatedThread thread, Locker through)
      throws ExecutionException, InterruptedException {
    return thread.call(() -> through.hold().isPresent());
  }

  private static LockHold hold(SimulatedThread thread, Locker through)
      throws ExecutionException, InterruptedException {
    return thread.call(() -> through.hold().orElseThrow());
  }

  @Test
  void lock_againByItsThread_isReleasedWithTheLastUnlock()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);
    first.run(lock::lock);
    assertThat(gets(first, lock::tryLock)).isTrue();
    assertThat(gets(first, () -> lock.tryLock(1, TimeUnit.SECONDS))).isTrue();
    assertThat(keys()).hasSize(1);

    for (int i = 0; i < 4; i++) {
      assertThat(gets(second, lock::tryLock)).isFalse();
      first.run(lock::unlock);
    }
    assertThat(gets(second, lock::tryLock)).isTrue();
    assertThat(holds(first, lock)).isFalse();
  }

  @Test
  void lockInterruptibly_interruptedBeforeItEntersAgain_isRefusedAndEntersNoMore()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);
    List<Callable<?>> ways =
        List.of(
            () -> {
              lock.lockInterruptibly();
              return true;
            },
            () -> lock.tryLock(1, TimeUnit.SECONDS));
    for (Callable<?> way : ways) {
      assertThatThrownBy(
              () ->
                  first.call(
                      () -> {
                        Thread.currentThread().interrupt();
                        return way.call();
                      }))
          .hasCauseInstanceOf(InterruptedException.class);
    }
    first.run(lock::unlock);

    assertThat(keys()).isEmpty();
  }

  @Test
  void lock_severalThreadsOfTwoClients_oneAfterTheOtherInTheOrderOfTheirComing()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);
    FutureTask<Boolean> next = waiting(second, other);
    FutureTask<Boolean> last = waiting(third, lock);
    LockHold held = hold(first, lock);
    first.run(lock::unlock);
    threads.await(next::isDone);
    LockHold heldNext = hold(second, other);
    threads.runFor(A_MOMENT);

    assertThat(last).isNotDone();
    assertThat(heldNext.fencingToken()).isGreaterThan(held.fencingToken());
    second.run(other::unlock);
    threads.await(last::isDone);
    third.run(lock::unlock);
    assertThat(keys()).isEmpty();
  }

  @Test
  void unlock_byAStranger_isRefusedAndChangesNothing()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);

    assertThatThrownBy(() -> second.run(lock::unlock))
        .hasCauseInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("second");
    assertThat(hold(first, lock).isHeld()).isTrue();
    assertThat(gets(second, lock::tryLock)).isFalse();
  }

  @Test
  void lockInterruptibly_interruptedAtAnyMomentOfTheGrant_holdsOrLeavesNoKey()
      throws ExecutionException, InterruptedException {
    int held = 0;
    int interrupted = 0;
    for (int events = 0; events < 40; events++) {
      Locker waited = events % 2 == 0 ? lock : other;
      first.run(lock::lock);
      FutureTask<Boolean> waiter = waiting(second, waited);
      FutureTask<Boolean> behind = waiting(third, lock);
      FutureTask<Boolean> unlock = unlocking(first, lock);
      for (int i = 0; i < events / 2; i++) {
        threads.step();
      }
      second.interrupt();
      threads.await(() -> waiter.isDone() && unlock.isDone());
      if (endedByInterrupt(waiter)) {
        interrupted++;
        assertThat(holds(second, waited)).isFalse();
      } else {
        held++;
        second.run(waited::unlock);
      }
      threads.await(behind::isDone);
      third.run(lock::unlock);
      assertThat(keys()).isEmpty();
    }
    assertThat(held).as("grants that came first").isPositive();
    assertThat(interrupted).as("interrupts that came first").isPositive();
  }

  @Test
  void lock_interruptedAtAnyMomentOfTheGrant_holdsAndKeepsTheStatus()
      throws ExecutionException, InterruptedException {
    for (int events = 0; events < 20; events++) {
      first.run(lock::lock);
      FutureTask<Boolean> waiter =
          second.begin(
              () -> {
                other.lock();
                return Thread.interrupted();
              });
      threads.runFor(A_MOMENT);
      FutureTask<Boolean> unlock = unlocking(first, lock);
      for (int i = 0; i < events && !waiter.isDone(); i++) {
        threads.step();
      }
      boolean inTime = !waiter.isDone();
      second.interrupt();
      threads.await(() -> waiter.isDone() && unlock.isDone());

      assertThat(waiter.get()).isEqualTo(inTime);
      second.run(other::unlock);
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void tryLock_timeOverAtAnyMomentOfTheGrant_holdsOrLeavesNoKey()
      throws ExecutionException, InterruptedException {
    List<Boolean> got = new ArrayList<>();
    for (int tenths = 0; tenths < 60; tenths++) {
      Duration early = Duration.ofNanos(tenths * 100_000L);
      first.run(lock::lock);
      FutureTask<Boolean> waiter = second.begin(() -> other.tryLock(A_MOMENT));
      threads.runFor(A_MOMENT.minus(early));
      FutureTask<Boolean> behind = lockingInterruptibly(third, lock);
      FutureTask<Boolean> unlock = unlocking(first, lock);
      threads.await(() -> waiter.isDone() && unlock.isDone());
      got.add(waiter.get());
      if (waiter.get()) {
        second.run(other::unlock);
      }
      threads.await(behind::isDone);
      third.run(lock::unlock);
      assertThat(keys()).isEmpty();
    }
    assertThat(got).contains(true, false);
  }

  private FutureTask<Boolean> unlocking(SimulatedThread thread, Locker through) {
    return thread.begin(
        () -> {
          through.unlock();
          return true;
        });
  }

  private static boolean endedByInterrupt(FutureTask<Boolean> waiter) throws InterruptedException {
    try {
      return !waiter.get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(InterruptedException.class);
      return true;
    }
  }

  @Test
  void lock_sessionLostWhileHeld_refusesToEnterAgainAndUnlocksQuietly()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);
    first.run(lock::lock);
    LockHold held = hold(first, lock);
    FutureTask<Boolean> next = waiting(second, other);
    etcd.faults().partition("a");
    threads.await(next::isDone);

    assertThat(held.isHeld()).isFalse();
    assertThatThrownBy(() -> first.run(lock::lock)).hasCauseInstanceOf(SessionLostException.class);
    first.run(lock::unlock);
    assertThatThrownBy(() -> first.run(lock::lock)).hasCauseInstanceOf(SessionLostException.class);
    first.run(lock::unlock);
    assertThatThrownBy(() -> first.run(lock::unlock))
        .hasCauseInstanceOf(IllegalMonitorStateException.class);
    assertThat(hold(second, other).isHeld()).isTrue();
  }

  @Test
  void lock_sessionLostWhileWaiting_failsBeforeTheHolderLetsGo()
      throws ExecutionException, InterruptedException {
    first.run(other::lock);
    FutureTask<Boolean> waiter = locking(second, lock);
    threads.runFor(A_MOMENT);
    etcd.faults().partition("a");
    threads.await(waiter::isDone);

    assertThatThrownBy(waiter::get).hasCauseInstanceOf(SessionLostException.class);
    assertThat(holds(second, lock)).isFalse();
    assertThat(hold(first, other).isHeld()).isTrue();
  }

  @Test
  void lock_keyDeletedWhileHeld_isRefusedUntilUnlocked()
      throws ExecutionException, InterruptedException {
    first.run(lock::lock);
    LockHold held = hold(first, lock);
    etcd.faults().deleteKey(Bytes.utf8(held.key()));
    threads.await(() -> !held.isHeld());

    assertThatThrownBy(() -> first.run(lock::lock)).hasCauseInstanceOf(KeyDeletedException.class);
    first.run(lock::unlock);
    first.run(lock::lock);
    assertThat(hold(first, lock).fencingToken()).isGreaterThan(held.fencingToken());
  }

  @Test
  void lock_replyLost_isTakenOnceAndReleasedOnce() throws ExecutionException, InterruptedException {
    etcd.faults().loseReply("a", RequestKind.TXN);
    first.run(lock::lock);
    assertThat(keys()).hasSize(1);
    FutureTask<Boolean> next = waiting(second, other);
    FutureTask<Boolean> last = waiting(third, other);
    etcd.faults().loseReply("a", RequestKind.TXN);
    first.run(lock::unlock);
    threads.await(next::isDone);
    threads.runFor(TTL);

    assertThat(last).isNotDone();
    assertThat(keys()).hasSize(2);
  }
}
