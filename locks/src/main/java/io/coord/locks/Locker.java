package io.coord.locks;

import io.coord.core.Session;
import io.coord.core.internal.Names;
import io.coord.locks.internal.ThreadHolds;
import io.coord.locks.internal.ThreadHolds.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A {@link Mutex} for code that wants a {@link Lock}: owned by the thread that locked it, and
 * reentrant. Stands in one line with mutexes of its name, of whatever client.
 *
 * <pre>{@code
 * Lock lock = Locker.of(session, "orders");
 * lock.lock();
 * try {
 *   ...
 * } finally {
 *   lock.unlock();
 * }
 * }</pre>
 *
 * <p>Cheap to make: what a thread holds is kept by session and name, so two lockers of one session
 * and one name are one lock, and equal. Lockers of two sessions are not: a thread that locks
 * through both waits for itself.
 *
 * <p><b>Loss.</b> The session may be lost, or the key deleted by hand, while a thread is in the
 * section that the lock protects; {@code Lock} has no way to tell it. Therefore:
 *
 * <pre>
 *   lock()   | held ====== lost ....... still in the section ....... | unlock()
 *                            hold().isHeld() is false, its lost() tells the reason
 *                            its guard and its fencing token are refused
 *                            lock() again in the same thread: throws
 *                                                      unlock(): warns in the log, throws nothing
 * </pre>
 *
 * <p>Who must not act after a loss passes on {@code hold().orElseThrow().fencingToken()}, or lets
 * etcd check the guard, as with {@link LockHold}; code that can choose is better off with {@link
 * Mutex}.
 *
 * <p>A thread that ends without unlocking leaves the lock taken until the session ends. Safe to
 * share between threads.
 */
public final class Locker implements Lock {

  private final Mutex mutex;
  private final Place place;
  private final SideLocker<LockHold> lock;

  private Locker(Mutex mutex, Place place) {
    this.mutex = mutex;
    this.place = place;
    this.lock =
        new SideLocker<>(
            "Locker[" + mutex.name() + "]",
            mutex.side(),
            place,
            () -> ThreadHolds.enterAgain(place),
            () -> ThreadHolds.leave(place));
  }

  /**
   * Names a lock. Does not block; nothing is written.
   *
   * @param session what its holds are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @return the lock
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static Locker of(Session session, String name) {
    Names.check("locker", name);
    return new Locker(Mutex.of(session, name), new Place(session, name));
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public String name() {
    return mutex.name();
  }

  /**
   * Returns what the keys of all holders and waiters begin with.
   *
   * @return the name and a slash, without the connection's namespace
   */
  public String key() {
    return mutex.key();
  }

  /**
   * Returns what the current thread holds. Releasing it, rather than calling {@link #unlock()}, is
   * like losing the lock.
   *
   * @return the hold with its fencing token, guard and loss; empty when the thread has not locked
   */
  public Optional<LockHold> hold() {
    return ThreadHolds.hold(place);
  }

  /**
   * Waits for the lock, or enters once more if the current thread has it already. Blocks until it
   * is granted: one round trip when it is free. Not interruptible: waiting goes on, and the
   * thread's interrupt status is kept; but it ends at the latest when the session does.
   *
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile; also
   *     when the thread has locked before, and lost the lock with the session
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of this wait; also when
   *     the thread has locked before, and the key of that is gone
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   */
  @Override
  public void lock() {
    lock.lock();
  }

  /**
   * Does what {@link #lock()} does, but can be interrupted.
   *
   * @throws InterruptedException when the thread is interrupted, before or while it waits; then no
   *     key of the wait remains, if etcd can be reached within a second, else until it can or the
   *     lease expires
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
  }

  /**
   * Takes the lock if nobody has it or waits for it, or enters once more if the current thread has
   * it already. Blocks for one round trip, or two or three when it is taken; at most for the
   * request timeout and a second. Not interruptible.
   *
   * @return whether the current thread has the lock; if not, no key remains
   * @throws io.coord.core.UnavailableException when etcd did not say within the request timeout
   *     whether the lock is taken
   * @throws io.coord.core.CoordException otherwise as {@link #lock()}
   */
  @Override
  public boolean tryLock() {
    return lock.tryLock();
  }

  /**
   * Waits for the lock, but no longer than a time, and then one round trip more to delete the key
   * of the wait.
   *
   * @param time how long to wait; zero or less is like {@link #tryLock()}
   * @param unit the unit of the time
   * @return whether the current thread has the lock
   * @throws io.coord.core.CoordException as {@link #lock()}
   * @throws InterruptedException as {@link #lockInterruptibly()}
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return lock.tryLock(time, unit);
  }

  /**
   * Waits for the lock, but no longer than a time, and then one round trip more to delete the key
   * of the wait.
   *
   * @param timeout how long to wait; zero is like {@link #tryLock()}
   * @return whether the current thread has the lock
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.CoordException as {@link #lock()}
   * @throws InterruptedException as {@link #lockInterruptibly()}
   */
  public boolean tryLock(Duration timeout) throws InterruptedException {
    return lock.tryLock(timeout);
  }

  /**
   * Leaves once; with the last leave the lock is released, which blocks for one round trip, at most
   * the request timeout. Not interruptible. Throws nothing when the lock had been lost: that is a
   * warning in the log.
   *
   * @throws IllegalMonitorStateException when the current thread has not locked
   */
  @Override
  public void unlock() {
    lock.unlock();
  }

  /**
   * Refused: a condition would have to be kept in etcd.
   *
   * @return never
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condition newCondition() {
    return lock.newCondition();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Locker locker && place.equals(locker.place);
  }

  @Override
  public int hashCode() {
    return place.hashCode();
  }

  @Override
  public String toString() {
    return lock.toString();
  }
}
