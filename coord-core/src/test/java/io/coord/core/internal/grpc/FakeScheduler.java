package io.coord.core.internal.grpc;

import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Time that moves only when a test says so; tasks run inside {@link #advance}. */
final class FakeScheduler implements Scheduler {

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
  private long elapsed;
  private long scheduled;

  @Override
  public Instant timeOfDay() {
    return Instant.EPOCH;
  }

  @Override
  public long nanoTime() {
    return now + elapsed;
  }

  @Override
  public long randomLong() {
    return random.nextLong();
  }

  @Override
  public Timer schedule(Duration delay, Runnable action) {
    Task task = new Task(elapsed + Math.max(0, delay.toNanos()), scheduled++, action);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  /** Lets time pass, and runs what falls due in it, each task at its own moment. */
  void advance(Duration by) {
    long until = elapsed + by.toNanos();
    while (!tasks.isEmpty() && tasks.element().at() <= until) {
      Task next = tasks.remove();
      elapsed = Math.max(elapsed, next.at());
      next.action().run();
    }
    elapsed = until;
  }

  /** The number of timers that are armed. */
  int armed() {
    return tasks.size();
  }

  /** The number of tasks that were ever scheduled. */
  long everScheduled() {
    return scheduled;
  }

  private record Task(long at, long number, Runnable action) {}
}
