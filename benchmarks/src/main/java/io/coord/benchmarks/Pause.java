package io.coord.benchmarks;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets time pass while others work. */
public final class Pause {

  private Pause() {}

  /**
   * Waits for a while, or until something breaks.
   *
   * @throws BenchException when it broke, with what it broke by
   */
  public static void unlessBroken(CompletableFuture<Void> broken, Duration length)
      throws InterruptedException {
    try {
      broken.get(length.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException passed) {
      return;
    } catch (ExecutionException e) {
      throw new BenchException("an operation failed: " + e.getCause(), e.getCause());
    }
    throw new BenchException("the load ended by itself");
  }

  /** Waits for a while. */
  public static void of(Duration length) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(length.toNanos());
  }
}
