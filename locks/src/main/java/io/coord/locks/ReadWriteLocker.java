package io.coord.locks;

import io.coord.core.CoordException;
import io.coord.core.Session;
import io.coord.locks.internal.ThreadHolds;
import io.coord.locks.internal.ThreadHolds.Kind;
import io.coord.locks.internal.ThreadHolds.Place;
import io.coord.locks.internal.TicketWriteHold;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link RWMutex} for code that wants a {@link ReadWriteLock}: owned by the thread that locked
 * it, and reentrant on both sides. Stands in one line with read-write mutexes of its name, of
 * whatever client.
 *
 * <ul>
 *   <li>A thread that has the write lock may take the read lock too, without waiting. If it then
 *       unlocks the write lock first, it goes on as a reader, and no other writer comes between:
 *       {@link WriteHold#downgrade()}.
 *   <li>A thread that has the read lock alone may not take the write lock: it would wait for
 *       itself. Locking and trying throw {@link IllegalStateException}. Unlock the read lock first,
 *       and look again after locking the write lock.
 * </ul>
 *
 * <p>What a thread holds is kept by session and name, so two of one session and one name are one
 * lock, and equal. {@code Lock} cannot tell of a loss: what {@link Locker} says about it holds here
 * too. Locks on either side have no conditions. Safe to share between threads.
 */
public final class ReadWriteLocker implements ReadWriteLock {

  private static final Logger log = LoggerFactory.getLogger(ReadWriteLocker.class);

  private final RWMutex mutex;
  private final Place reading;
  private final Place writing;

  private ReadWriteLocker(Session session, RWMutex mutex) {
    this.mutex = mutex;
    this.reading = new Place(session, mutex.name(), Kind.READ);
    this.writing = new Place(session, mutex.name(), Kind.WRITE);
  }

  /**
   * Names a read-write lock. Does not block; nothing is written.
   *
   * @param session what its holds are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @return the lock
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static ReadWriteLocker of(Session session, String name) {
    return new ReadWriteLocker(session, RWMutex.of(session, name));
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
   * Returns what the current thread holds. Releasing it, rather than unlocking, is like losing it.
   *
   * @return the write hold if it has one, else the read hold; empty when the thread has neither
   */
  public Optional<LockHold> hold() {
    return ThreadHolds.hold(writing).or(() -> ThreadHolds.hold(reading));
  }

  /**
   * Returns the lock that any number may have together.
   *
   * @return the read lock
   */
  @Override
  public Lock readLock() {
    return new SideLocker<>(
        this + ".readLock", mutex.readLock(), reading, this::enterAsReader, this::leaveAsReader);
  }

  /**
   * Returns the lock that one has alone.
   *
   * @return the write lock
   */
  @Override
  public Lock writeLock() {
    return new SideLocker<>(
        this + ".writeLock", mutex.writeLock(), writing, this::enterAsWriter, this::leaveAsWriter);
  }

  private boolean enterAsReader() {
    if (ThreadHolds.enterAgain(reading)) {
      return true;
    }
    if (!ThreadHolds.enterAgain(writing)) {
      return false;
    }
    LockHold write = ThreadHolds.hold(writing).orElseThrow();
    Optional<LockHold> unused = ThreadHolds.leaveOnce(writing);
    ThreadHolds.enter(reading, write);
    return true;
  }

  private boolean enterAsWriter() {
    if (ThreadHolds.enterAgain(writing)) {
      return true;
    }
    if (ThreadHolds.hold(reading).isPresent()) {
      throw new IllegalStateException(
          "thread "
              + Thread.currentThread().getName()
              + " has the read lock of "
              + mutex.name()
              + " and would wait for itself to get the write lock; expected it to unlock the read"
              + " lock first");
    }
    return false;
  }

  private void leaveAsReader() {
    Optional<LockHold> last = ThreadHolds.leaveOnce(reading);
    if (ThreadHolds.hold(writing).isEmpty()) {
      last.ifPresent(hold -> ThreadHolds.release(reading, hold));
    }
  }

  private void leaveAsWriter() {
    Optional<LockHold> last = ThreadHolds.leaveOnce(writing);
    last.ifPresent(
        hold -> {
          if (ThreadHolds.hold(reading).isPresent()) {
            goOnAsReader((TicketWriteHold) hold);
          } else {
            ThreadHolds.release(writing, hold);
          }
        });
  }

  private void goOnAsReader(TicketWriteHold write) {
    try {
      ThreadHolds.replace(reading, write.downgradeUninterruptibly());
    } catch (IllegalStateException | CoordException failure) {
      log.warn(
          "{}: thread {} unlocked {} and reads on without a hold: {}",
          reading.session().coord().config().name(),
          Thread.currentThread().getName(),
          write.key(),
          failure.getMessage());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReadWriteLocker locker && reading.equals(locker.reading);
  }

  @Override
  public int hashCode() {
    return reading.hashCode();
  }

  @Override
  public String toString() {
    return "ReadWriteLocker[" + name() + "]";
  }
}
