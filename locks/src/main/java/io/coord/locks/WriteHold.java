package io.coord.locks;

import java.util.concurrent.CompletableFuture;

/**
 * One acquisition of the write side of an {@link RWMutex}. While it is held, nobody else holds
 * either side.
 *
 * <pre>{@code
 * WriteHold write   |== alone ==| downgrade
 * LockHold read                 |== with other readers, no writer ==| release
 * }</pre>
 */
public interface WriteHold extends LockHold {

  /**
   * Turns this hold into a read hold, at the same place in the line: no writer holds in between,
   * and the readers behind are let in. This hold is over then: {@link #isHeld()} is false, its
   * {@link #guard()} is refused, its {@link #lost()} fails as after a release. The read hold has
   * the same fencing token.
   *
   * <p>Blocks for two round trips; while etcd cannot be reached, until the session is lost. If it
   * fails, nothing is held.
   *
   * @return the read hold, which the caller closes
   * @throws IllegalStateException when this hold was released or downgraded before
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when the hold had been lost, for somebody deleted its
   *     key
   * @throws InterruptedException when the thread is interrupted; then both holds are released
   */
  LockHold downgrade() throws InterruptedException;

  /**
   * Does what {@link #downgrade()} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future releases both holds.
   *
   * @return gives the read hold, or fails as {@link #downgrade()} does
   * @throws IllegalStateException when this hold was released or downgraded before
   */
  CompletableFuture<LockHold> downgradeAsync();
}
