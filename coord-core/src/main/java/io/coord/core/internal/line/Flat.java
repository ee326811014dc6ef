package io.coord.core.internal.line;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, never one inside of another: what a task gives to run on the same
 * thread is run when that task is over. A grant may be told to somebody who releases at once, on
 * the same thread, which grants to the next; so the stack does not grow with the line.
 */
final class Flat {

  private static final ThreadLocal<@Nullable Queue<Runnable>> RUNNING = new ThreadLocal<>();

  private Flat() {}

  /** Runs the tasks, or has them run by whoever runs tasks on this thread already. */
  static void run(List<Runnable> tasks) {
    Queue<Runnable> outer = RUNNING.get();
    if (outer != null) {
      outer.addAll(tasks);
    } else if (!tasks.isEmpty()) {
      runAll(new ArrayDeque<>(tasks));
    }
  }

  private static void runAll(Queue<Runnable> tasks) {
    RUNNING.set(tasks);
    try {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    } finally {
      RUNNING.remove();
    }
  }
}
