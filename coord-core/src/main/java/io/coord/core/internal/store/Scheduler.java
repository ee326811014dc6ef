package io.coord.core.internal.store;

import java.time.Duration;

/**
 * Monotonic time, and tasks to be run at a later point of it.
 *
 * <p>Tasks run on the store's thread, one at a time, and must not block.
 */
public interface Scheduler {

  /** Nanoseconds on a monotonic clock of arbitrary origin; compare by difference only. */
  long nanoTime();

  /** Runs the task once, no sooner than {@code delay} from now. A closed store drops it. */
  Timer schedule(Duration delay, Runnable task);

  /** Runs the task soon, after the tasks that were given before it. A closed store drops it. */
  void execute(Runnable task);
}
