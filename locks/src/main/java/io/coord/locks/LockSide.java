package io.coord.locks;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * One side of an {@link RWMutex}: reading or writing. Each acquisition has a hold of its own. Made
 * freely; holds nothing by itself. Safe to share between threads.
 *
 * @param <H> the holds of this side
 */
public final class LockSide<H extends LockHold> {

  private final CoordRuntime coord;
  private final Supplier<Ticket> join;
  private final BiFunction<Ticket, Grant, H> holds;

  LockSide(CoordRuntime coord, Supplier<Ticket> join, BiFunction<Ticket, Grant, H> holds) {
    this.coord = coord;
    this.join = join;
    this.holds = holds;
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
  public H lock() throws InterruptedException {
    Ticket ticket = join.get();
    return holds.apply(ticket, Wait.forever(ticket).await().orElseThrow());
  }

  /**
   * Does what {@link #lock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait and deletes its key; a grant that comes
   * at the same moment is released.
   *
   * @return gives the hold, or fails as {@link #lock()} does
   */
  public CompletableFuture<H> lockAsync() {
    Ticket ticket = join.get();
    return Wait.forever(ticket)
        .publish(grant -> holds.apply(ticket, grant.orElseThrow()), coord.callbacks());
  }

  /**
   * Takes the lock if it need not wait for anybody. Blocks for one round trip, or two or three when
   * it would have to wait; at most for the request timeout and a second.
   *
   * @return the hold, which the caller closes; empty when somebody must go first, and then no key
   *     remains
   * @throws io.coord.core.UnavailableException when etcd did not say within the request timeout
   *     whether anybody must go first; no key remains as soon as etcd can be reached, at the latest
   *     when the lease expires
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws InterruptedException when the thread is interrupted, as with {@link #lock()}
   */
  public Optional<H> tryLock() throws InterruptedException {
    Ticket ticket = join.get();
    return hold(ticket, Wait.notAtAll(ticket).await());
  }

  /**
   * Does what {@link #tryLock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future deletes the key; a grant that comes at the same moment
   * is released.
   *
   * @return gives the hold, or nothing when somebody must go first; fails as {@link #tryLock()}
   *     does
   */
  public CompletableFuture<Optional<H>> tryLockAsync() {
    Ticket ticket = join.get();
    return Wait.notAtAll(ticket).publish(grant -> hold(ticket, grant), coord.callbacks());
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
  public Optional<H> tryLock(Duration timeout) throws InterruptedException {
    Duration bound = Timeouts.check(timeout);
    Ticket ticket = join.get();
    return hold(ticket, Wait.within(ticket, bound).await());
  }

  /**
   * Does what {@link #tryLock(Duration)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future is like the end of the time.
   *
   * @param timeout how long to wait; zero is like {@link #tryLockAsync()}
   * @return gives the hold, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<H>> tryLockAsync(Duration timeout) {
    Duration bound = Timeouts.check(timeout);
    Ticket ticket = join.get();
    return Wait.within(ticket, bound).publish(grant -> hold(ticket, grant), coord.callbacks());
  }

  /** Waits whatever interrupts, and keeps the interrupt status. */
  H lockUninterruptibly() {
    Ticket ticket = join.get();
    return holds.apply(ticket, Wait.forever(ticket).awaitUninterruptibly().orElseThrow());
  }

  /** Tries whatever interrupts, and keeps the interrupt status. */
  Optional<H> tryLockUninterruptibly() {
    Ticket ticket = join.get();
    return hold(ticket, Wait.notAtAll(ticket).awaitUninterruptibly());
  }

  private Optional<H> hold(Ticket ticket, Optional<Grant> grant) {
    return grant.map(granted -> holds.apply(ticket, granted));
  }
}
