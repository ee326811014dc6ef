package io.coord.election;

import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The leadership of one who was elected, from then until it resigns or loses it. It belongs to
 * whoever has this object, not to a thread. Safe to share between threads.
 *
 * <pre>{@code
 * campaign |-- waits --|== leads ==========| process stops ...... | goes on
 *                          proclaim ^      '-- ttl --'               isLeader() is false, lost()
 * next               |---- waits --------------------|== leads =====   a greater fencing token
 * }</pre>
 *
 * <p>That {@link #isLeader()} was true is no promise about the moment after: a process can stop
 * between two instructions. What must not be done by two leaders, pass the {@link #fencingToken()}
 * to whoever stores it, or let etcd check the {@link #guard()} in the same transaction.
 *
 * @param <T> the type of the values
 */
public interface Leadership<T> extends AutoCloseable {

  /**
   * Returns what was proclaimed last, or proposed when it stood.
   *
   * @return the value
   */
  T value();

  /**
   * Returns the key in etcd that stands for this leadership. Another process can resume it by that
   * ({@link Election#resume}), so it counts as having asked for the number of the session's lease:
   * see {@link io.coord.core.Session#leaseId()}.
   *
   * @return the key, without the connection's namespace
   */
  String key();

  /**
   * Returns the number that rises from leader to leader, over all clients.
   *
   * @return the create revision of the key
   */
  FencingToken fencingToken();

  /**
   * Announces another value, without another election. Blocks until etcd has it; while no member
   * can be reached that is tried again, at the longest until the leadership is lost. A lost answer
   * is resolved by reading. Values are announced in the order of the calls.
   *
   * @param value the value
   * @return the revision at which it was announced
   * @throws NotLeaderException when the caller leads no more; the value was not announced
   * @throws io.coord.core.OutcomeUnknownException when the leadership ended while etcd's answer was
   *     missing; the value may have been announced before
   * @throws io.coord.core.RefusedException when etcd refuses, for too large a value say
   * @throws InterruptedException when the thread is interrupted while it waits; the value may be
   *     announced
   */
  long proclaim(T value) throws InterruptedException;

  /**
   * Does what {@link #proclaim} does, without blocking. Cancelling the future does not take the
   * value back. Dependent actions run on the connection's callback executor.
   *
   * @param value the value
   * @return gives the revision at which it was announced
   */
  CompletableFuture<Long> proclaimAsync(T value);

  /**
   * Tells whether the caller leads, as far as this process can know: it has neither resigned nor
   * lost the leadership, and the session's deadline has not passed. Does not block; no request is
   * made.
   *
   * @return true while the caller leads
   */
  boolean isLeader();

  /**
   * Returns a stage that completes when the leadership is lost, with the reason; when the caller
   * resigns first, the stage fails with {@link io.coord.core.ClosedException}. Dependent actions
   * run on the connection's callback executor.
   *
   * @return the stage, the same at each call
   */
  CompletionStage<HoldLoss> lost();

  /**
   * Returns the condition that is true in etcd for as long as the caller leads.
   *
   * @return the condition
   */
  Guard guard();

  /**
   * Gives the leadership up, to the next candidate. Blocks for one round trip, at most the request
   * timeout. Idempotent, and does not throw when the leadership was lost. Not interruptible:
   * resigning goes on, and the thread's interrupt status is kept.
   *
   * @return what was found, the same at each call
   */
  Release resign();

  /**
   * Does what {@link #resign()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives what was found; never fails
   */
  CompletableFuture<Release> resignAsync();

  /** Does what {@link #resign()} does. */
  @Override
  default void close() {
    resign();
  }
}
