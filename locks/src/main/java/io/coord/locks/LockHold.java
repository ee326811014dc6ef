package io.coord.locks;

import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One acquisition of a lock, from its grant to its release. It belongs to whoever has this object,
 * not to a thread. Safe to share between threads.
 *
 * <pre>{@code
 * LockHold a         |== held =========| process a stops ...... | goes on
 *                                      '-- ttl --'                 a: isHeld() is false, lost()
 * LockHold b                                     |== held ======   b has a greater token
 *                                                                  a's guard and token are refused
 * }</pre>
 *
 * <p>That {@link #isHeld()} was true is no promise about the moment after: a process can stop
 * between two instructions. What must not be done by two, pass the {@link #fencingToken()} to
 * whoever stores it, or let etcd check the {@link #guard()} in the same transaction.
 */
public interface LockHold extends AutoCloseable {

  /**
   * Returns the number that rises with every grant of this lock, over all clients.
   *
   * @return the create revision of the hold's key
   */
  FencingToken fencingToken();

  /**
   * Returns the key in etcd that stands for this hold. Like {@link #guard()}, asking for it keeps
   * the next holder from taking over before the key is gone: somebody may act by it.
   *
   * @return the key, without the connection's namespace
   */
  String key();

  /**
   * Tells whether the lock is held, as far as this process can know: it was neither released nor
   * lost, and the session's deadline has not passed. Does not block; no request is made.
   *
   * @return true while the lock is held
   */
  boolean isHeld();

  /**
   * Returns a stage that completes when the lock is lost, with the reason; when it is released
   * first, the stage fails with {@link io.coord.core.ClosedException}. Dependent actions run on the
   * connection's callback executor.
   *
   * @return the stage, the same at each call
   */
  CompletionStage<HoldLoss> lost();

  /**
   * Returns the condition that is true in etcd for as long as the lock is held, and never once
   * somebody else holds. Ask for it before the lock is released: a guard that is asked for later is
   * never true. A hold whose guard was asked for is handed over once its key is gone from etcd, so
   * that nothing that was sent under the guard comes late; another may be handed over to the next
   * one of the same connection while its key is being deleted.
   *
   * @return the condition
   */
  Guard guard();

  /**
   * Releases the lock. Blocks until its key is gone from etcd: one round trip, at most the request
   * timeout. Whoever is next on the same connection may hold before that. Idempotent, and does not
   * throw when the lock was lost. Not interruptible: releasing goes on, and the thread's interrupt
   * status is kept.
   *
   * @return what was found, the same at each call
   */
  Release release();

  /**
   * Does what {@link #release()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives what was found; never fails
   */
  CompletableFuture<Release> releaseAsync();

  /** Does what {@link #release()} does. */
  @Override
  default void close() {
    release();
  }
}
