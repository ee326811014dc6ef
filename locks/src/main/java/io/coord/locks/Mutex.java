package io.coord.locks;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.locks.internal.TicketHold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that one holder has at a time, over all processes that use the same etcd. First come,
 * first served. Stands in one line with etcd's own Go client and {@code etcdctl lock}.
 *
 * <pre>{@code
 * Mutex mutex = Mutex.of(session, "orders");
 * try (LockHold hold = mutex.lock()) {
 *   store.write(row, hold.fencingToken());
 * }
 * }</pre>
 *
 * <p>Each acquisition has its own key under the session's lease, so two threads that share a
 * session and a mutex exclude each other too. Not reentrant. Cheap to make: it holds nothing, and
 * needs no closing. Safe to share between threads.
 */
public final class Mutex {

  private final LeaseSession session;
  private final CoordRuntime coord;
  private final String name;
  private final Bytes prefix;

  /** The ways to wait for it: a mutex is a lock with one side. */
  private final LockSide<LockHold> side;

  private Mutex(LeaseSession session, String name) {
    this.session = session;
    this.coord = session.runtime();
    this.name = name;
    this.prefix = Names.prefix("mutex", name);
    this.side = new LockSide<>(coord, this::join, TicketHold::of);
  }

  /**
   * Names a mutex. Does not block; nothing is written.
   *
   * @param session what its holds are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @return the mutex
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static Mutex of(Session session, String name) {
    return new Mutex(LeaseSession.of(session), name);
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns what the keys of all holders and waiters begin with.
   *
   * @return the name and a slash, without the connection's namespace
   */
  public String key() {
    return prefix.utf8();
  }

  /**
   * Waits for the lock. Blocks until it is granted: one round trip when it is free.
   *
   * @return the hold, which the caller closes
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of this wait
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then no key remains, if etcd can
   *     be reached within a second, else until it can or the lease expires
   */
  public LockHold lock() throws InterruptedException {
    return side.lock();
  }

  /**
   * Does what {@link #lock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait and deletes its key; a grant that comes
   * at the same moment is released.
   *
   * @return gives the hold, or fails as {@link #lock()} does
   */
  public CompletableFuture<LockHold> lockAsync() {
    return side.lockAsync();
  }

  /**
   * Takes the lock if nobody has it or waits for it. Blocks for one round trip, or two or three
   * when it is taken; at most for the request timeout and a second.
   *
   * @return the hold, which the caller closes; empty when the lock is taken, and then no key
   *     remains
   * @throws io.coord.core.UnavailableException when etcd did not say within the request timeout
   *     whether the lock is taken; no key remains as soon as etcd can be reached, at the latest
   *     when the lease expires
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws InterruptedException when the thread is interrupted, as with {@link #lock()}
   */
  public Optional<LockHold> tryLock() throws InterruptedException {
    return side.tryLock();
  }

  /**
   * Does what {@link #tryLock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future deletes the key; a grant that comes at the same moment
   * is released.
   *
   * @return gives the hold, or nothing when the lock is taken; fails as {@link #tryLock()} does
   */
  public CompletableFuture<Optional<LockHold>> tryLockAsync() {
    return side.tryLockAsync();
  }

  /**
   * Waits for the lock, but no longer than a time, and then one round trip more to delete the key
   * of the wait: at most a second, after which the deletion goes on by itself.
   *
   * @param timeout how long to wait; zero is like {@link #tryLock()}
   * @return the hold, which the caller closes; empty when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws InterruptedException when the thread is interrupted, as with {@link #lock()}
   */
  public Optional<LockHold> tryLock(Duration timeout) throws InterruptedException {
    return side.tryLock(timeout);
  }

  /**
   * Does what {@link #tryLock(Duration)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future is like the end of the time.
   *
   * @param timeout how long to wait; zero is like {@link #tryLockAsync()}
   * @return gives the hold, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<LockHold>> tryLockAsync(Duration timeout) {
    return side.tryLockAsync(timeout);
  }

  /**
   * Reads who holds the lock and who waits for it, whatever client they use. Blocks for two round
   * trips, at most the request timeout each. What is read may be over when it is returned.
   *
   * @return the queue
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public LockQueue queue() throws InterruptedException {
    return LockView.ofMutex(coord, name).queue();
  }

  /**
   * Does what {@link #queue()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the queue, or fails as {@link #queue()} does
   */
  public CompletableFuture<LockQueue> queueAsync() {
    return LockView.ofMutex(coord, name).queueAsync();
  }

  LockSide<LockHold> side() {
    return side;
  }

  Ticket join() {
    Bytes value = Signature.now(coord).encode();
    return coord.lines().join(prefix, Admission.FIRST, prefix, session, value, Handover.AT_ONCE);
  }

  @Override
  public String toString() {
    return "Mutex[" + name + "]";
  }
}
