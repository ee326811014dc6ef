package io.coord.core.internal.store;

import java.time.Duration;
import java.time.Instant;

/**
 * Time, tasks to be run at a later point of it, and chance: what a simulation replaces to make a
 * run depend on its seed alone.
 *
 * <p>Tasks run on the store's thread, one at a time, and must not block.
 */
public interface Scheduler {

  /** Nanoseconds on a monotonic clock of arbitrary origin; compare by difference only. */
  long nanoTime();

  /**
   * A number for names that must be unique: on a real store nobody can guess it. May be called on
   * any thread.
   */
  long randomLong();

  /** The time of day, for people to read: nothing is decided by it. May be called on any thread. */
  Instant timeOfDay();

  /** Runs the task once, no sooner than {@code delay} from now. A closed store drops it. */
  Timer schedule(Duration delay, Runnable task);

  /** Runs the task soon, after the tasks that were given before it. A closed store drops it. */
  void execute(Runnable task);
}
