package io.coord.election;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.election.internal.RunnerLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stands in an election for as long as it is open, and runs a service's work whenever, and only
 * while, this process leads.
 *
 * <pre>{@code
 * try (LeaderRunner runner =
 *     LeaderRunner.start(coord, "scheduler", "10.0.0.7:8080", leadership -> {
 *       while (leadership.isLeader()) {
 *         Job job = jobs.take();                        // an interrupt ends it
 *         store.write(job, leadership.fencingToken());  // the store refuses an older leader's
 *       }
 *     })) {
 *   ...
 * }
 * }</pre>
 *
 * <pre>{@code
 * this one | stands |== work ==========x interrupted |- stands again, perhaps with a new session
 *                                 lost ^
 * next one | stands .....................|== work ==
 * }</pre>
 *
 * <p>It has one thread of its own, {@code CONNECTION-leader-NAME}, in which the work runs, and a
 * session of its own, which is replaced when it is lost. There is never a second copy of the work:
 * a work that does not heed the interrupt keeps the runner from standing again until it ends, which
 * the log says. It outlives outages of etcd, of any length, and refusals: where a permission is
 * missing it warns once in the log, is {@link LeaderRunnerState#PAUSING}, and tries again after
 * pauses that grow up to a cap, for a permission may be given back. Only closing ends it, or the
 * end of the connection. Close it before the connection: then the work ends before its key is given
 * up.
 *
 * <p>The interrupt comes at the session's local deadline, before etcd can give the leadership away.
 * Still, a process can stop between two instructions: what must not be done by two leaders needs
 * the {@link Leadership#fencingToken()} or the {@link Leadership#guard()}.
 *
 * <p>Safe to share between threads.
 */
public interface LeaderRunner extends AutoCloseable {

  /**
   * Starts with default settings. Does not block: an etcd that cannot be reached is waited for.
   *
   * @param coord the connection
   * @param name the name of the election
   * @param value what to proclaim
   * @param work what to do while leading
   * @return the runner, which the caller closes
   * @throws IllegalArgumentException when the name breaks the rule
   */
  static LeaderRunner start(
      Coord coord, String name, String value, LeaderWork<String, ? extends Exception> work) {
    return start(coord, name, value, work, LeaderRunnerOptions.defaults());
  }

  /**
   * Starts, as {@link #start(Coord, String, String, LeaderWork)} does.
   *
   * @param coord the connection
   * @param name the name of the election
   * @param value what to proclaim
   * @param work what to do while leading
   * @param options the settings
   * @return the runner, which the caller closes
   */
  static LeaderRunner start(
      Coord coord,
      String name,
      String value,
      LeaderWork<String, ? extends Exception> work,
      LeaderRunnerOptions options) {
    return start(coord, name, Codec.utf8(), value, work, options);
  }

  /**
   * Starts, as {@link #start(Coord, String, String, LeaderWork)} does.
   *
   * @param <T> the type of the values
   * @param coord the connection
   * @param name the name of the election
   * @param codec turns the values into bytes and back
   * @param value what to proclaim
   * @param work what to do while leading
   * @param options the settings
   * @return the runner, which the caller closes
   */
  static <T> LeaderRunner start(
      Coord coord,
      String name,
      Codec<T> codec,
      T value,
      LeaderWork<T, ? extends Exception> work,
      LeaderRunnerOptions options) {
    return RunnerLoop.start(CoordRuntime.of(coord), name, codec, value, work, options);
  }

  /**
   * Returns the name of the election.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what the runner is doing. Does not block.
   *
   * @return the state
   */
  LeaderRunnerState state();

  /**
   * Adds a listener for every later change of {@link #state()}. It is called on the connection's
   * callback executor, one change at a time and in order. When the connection is closed before the
   * runner, the last changes may not be told.
   *
   * @param listener receives the changes
   */
  void addListener(LeaderRunnerListener listener);

  /**
   * Removes a listener; a call to it that is under way may still finish.
   *
   * @param listener the listener to remove; one that is unknown is ignored
   */
  void removeListener(LeaderRunnerListener listener);

  /**
   * Returns a stage that completes when the runner has ended: it was closed, or its connection was,
   * and no work runs any more. Dependent actions run on the connection's callback executor.
   *
   * @return the stage, the same at each call
   */
  CompletionStage<Void> ended();

  /**
   * Tells the work to stop, by an interrupt, and waits until it has ended and the leadership is
   * resigned; for no longer than the stop timeout. A work that still runs then keeps running: its
   * lease is no longer kept alive and left to run out, so that the next one leads within the time
   * to live, and the log says so. Called by the work itself it only sees to it that the runner does
   * not stand again, and does not wait. Idempotent; never throws. Not interruptible: the thread's
   * interrupt status is kept.
   */
  @Override
  void close();

  /**
   * Does what {@link #close()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return completes when the runner has ended or the stop timeout is over; never fails
   */
  CompletableFuture<Void> closeAsync();
}
