package io.coord.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What the process occupies.
 *
 * @param heapBytes the heap that is in use when garbage has been collected
 * @param threads the live threads
 */
public record Footprint(long heapBytes, int threads) {

  private static final int COLLECTIONS = 3;
  private static final Duration BETWEEN_COLLECTIONS = Duration.ofMillis(200);
  private static final double BYTES_PER_MIB = 1 << 20;

  /** Takes it now. What is only weakly held needs more than one collection to go. */
  public static Footprint now() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Pause.of(BETWEEN_COLLECTIONS);
    }
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), liveThreads());
  }

  public static int liveThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  public double heapMib() {
    return heapBytes / BYTES_PER_MIB;
  }
}
