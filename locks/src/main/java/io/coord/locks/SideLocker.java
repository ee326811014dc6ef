package io.coord.locks;

import io.coord.core.internal.Timeouts;
import io.coord.locks.internal.ThreadHolds;
import io.coord.locks.internal.ThreadHolds.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * One side of a {@link ReadWriteLocker}, or all of a {@link Locker}.
 *
 * @param <H> the holds of this side
 */
final class SideLocker<H extends LockHold> implements Lock {

  private final String label;
  private final LockSide<H> side;
  private final Place place;
  private final BooleanSupplier enterAgain;
  private final Runnable leave;

  /**
   * Locks one side.
   *
   * @param enterAgain enters without waiting if what the thread has allows it; throws if what it
   *     has forbids it
   * @param leave leaves once
   */
  SideLocker(
      String label, LockSide<H> side, Place place, BooleanSupplier enterAgain, Runnable leave) {
    this.label = label;
    this.side = side;
    this.place = place;
    this.enterAgain = enterAgain;
    this.leave = leave;
  }

  @Override
  public void lock() {
    if (!enterAgain.getAsBoolean()) {
      ThreadHolds.enter(place, side.lockUninterruptibly());
    }
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    stopIfInterrupted();
    if (!enterAgain.getAsBoolean()) {
      ThreadHolds.enter(place, side.lock());
    }
  }

  @Override
  public boolean tryLock() {
    return enterAgain.getAsBoolean() || enter(side.tryLockUninterruptibly());
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return tryLock(Duration.ofNanos(unit.toNanos(Math.max(0, time))));
  }

  boolean tryLock(Duration timeout) throws InterruptedException {
    Duration bound = Timeouts.check(timeout);
    stopIfInterrupted();
    return enterAgain.getAsBoolean() || enter(side.tryLock(bound));
  }

  private boolean enter(Optional<H> hold) {
    hold.ifPresent(given -> ThreadHolds.enter(place, given));
    return hold.isPresent();
  }

  @Override
  public void unlock() {
    leave.run();
  }

  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException(
        this
            + " has no conditions; wait for a change of a key with a transaction of the stm"
            + " module");
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
