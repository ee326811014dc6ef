package io.coord.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A lease in etcd that is kept alive for as long as this process can be heard, and that everything
 * which must not outlive the process is bound to.
 *
 * <pre>{@code
 * grant                answered keep-alives                    cut off, or stopped
 *   |---- ttl ----|
 *      sent ^ ....|---- ttl ----|
 *              sent ^ ..........|---------- ttl ----------|
 *                                SUSPENDED at 2/3  LOST |  | the server may expire the lease
 *                                                  margin ^
 * }</pre>
 *
 * <p>The deadline is the moment at which the last answered keep-alive was <em>sent</em>, plus the
 * time to live, minus a margin, on the monotonic clock. The server counts from a later moment, so
 * the session says "lost" before the server gives its locks to somebody else. {@link #isActive()}
 * compares with the clock when it is called: after a pause of the process it is right before any
 * timer has run.
 *
 * <p>After a loss the lease is of no use to anybody, but etcd may keep it: it dates every lease
 * anew when its leader changes. So as soon as a member answers again, though no sooner than etcd
 * could have ended the lease by itself, the connection revokes it, for as long as ten times the
 * time to live, and others need not wait for it. It does not revoke one that somebody else may have
 * taken over: one whose number was asked for ({@link #leaseId()}), or that was taken over itself.
 *
 * <p>Threads: a session has none of its own. Safe to share between threads.
 */
public interface Session extends AutoCloseable {

  /**
   * Returns the lease that this session keeps. Whoever has its number can take the lease over; so
   * from the first call on, unless the session is lost already, the lease is not revoked after a
   * loss, but left to run out: perhaps somebody else keeps it by then.
   *
   * @return the lease's number in etcd
   */
  long leaseId();

  /**
   * Returns the time to live that etcd granted; it may be longer than what was asked.
   *
   * @return the time to live, in whole seconds
   */
  Duration ttl();

  /**
   * Returns the connection that this session was opened on.
   *
   * @return the connection
   */
  Coord coord();

  /**
   * Returns what the session is now. Does not block.
   *
   * @return the state
   */
  SessionState state();

  /**
   * Tells whether the lease is certain to exist: the session is neither lost nor closed, and its
   * deadline has not passed. Does not block; no request is made.
   *
   * @return true while everything under the lease may be relied on
   */
  default boolean isActive() {
    return switch (state()) {
      case ACTIVE, SUSPENDED -> true;
      case LOST, CLOSED -> false;
    };
  }

  /**
   * Returns the time left until the session says that it is lost, unless a keep-alive is answered
   * before. Does not block.
   *
   * @return the time left; zero when lost or closed
   */
  Duration remaining();

  /**
   * Returns a stage that completes when the session is lost, with the reason; when it is closed or
   * orphaned first, the stage fails with {@link ClosedException}. Dependent actions run on the
   * connection's callback executor.
   *
   * @return the stage, the same at each call
   */
  CompletionStage<SessionLoss> lost();

  /**
   * Adds a listener for every later change of {@link #state()}. It is called on the connection's
   * callback executor, one change at a time and in order.
   *
   * @param listener receives the changes
   */
  void addListener(SessionListener listener);

  /**
   * Removes a listener; a call to it that is under way may still finish.
   *
   * @param listener the listener to remove; one that is unknown is ignored
   */
  void removeListener(SessionListener listener);

  /**
   * Stops keeping the lease alive, without revoking it: everything under it stays in etcd until the
   * lease runs out, or until another session takes it over ({@link Coord#takeOverSession}). Does
   * not block. The session is closed afterwards. One that is lost stays so; its lease is not
   * revoked any more, unless etcd was asked for that before.
   */
  void orphan();

  /**
   * Revokes the lease, which deletes every key under it at once. Blocks for at most the
   * connection's request timeout; a session that is lost, closed or orphaned is left as it is. Does
   * not throw when etcd cannot be reached: then the lease is revoked once etcd answers, if the
   * connection is open until then and the lease has not run out. Not interruptible: closing goes
   * on, and the thread's interrupt status is kept.
   */
  @Override
  void close();

  /**
   * Does what {@link #close()} does, without blocking.
   *
   * @return completes when the lease is revoked, or could not be; never fails
   */
  CompletableFuture<Void> closeAsync();
}
