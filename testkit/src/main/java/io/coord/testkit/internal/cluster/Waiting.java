package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdClusterException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions that only asking again can tell. */
public final class Waiting {

  private static final long PAUSE_MILLIS = 50;

  private Waiting() {}

  /**
   * Asks until the condition holds.
   *
   * @param limit how long
   * @param condition what is asked
   * @param complaint the exception's message when it did not hold in time
   */
  public static void until(Duration limit, BooleanSupplier condition, Supplier<String> complaint) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new EtcdClusterException(complaint.get());
      }
      pause();
    }
  }

  /** Lets a moment pass. */
  public static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdClusterException("interrupted while waiting for the cluster", e);
    }
  }
}
