package io.coord.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What was observed between two moments.
 *
 * @param nanos the time between them
 * @param cpuNanos processor time that the process used between them
 * @param latencies durations of the operations that ended between them, in nanoseconds
 * @param counts how much each counter rose between them
 */
public record Window(long nanos, long cpuNanos, Histogram latencies, Map<String, Long> counts) {

  private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);
  private static final int SIGNIFICANT_DIGITS = 3;

  /** Windows that were open one after the other, put together. */
  public static Window sum(List<Window> windows) {
    return over(windows.stream().mapToLong(Window::nanos).sum(), windows);
  }

  /** Windows that were open at the same time, in different processes, put together. */
  public static Window together(List<Window> windows) {
    return over(windows.stream().mapToLong(Window::nanos).max().orElse(0), windows);
  }

  private static Window over(long nanos, List<Window> windows) {
    long cpuNanos = 0;
    Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    Map<String, Long> counts = new HashMap<>();
    for (Window window : windows) {
      cpuNanos += window.cpuNanos();
      latencies.add(window.latencies());
      window.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
    }
    return new Window(nanos, cpuNanos, latencies, counts);
  }

  public double seconds() {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  public long ops() {
    return latencies.getTotalCount();
  }

  public double opsPerSecond() {
    return ops() / seconds();
  }

  public double micros(double percentile) {
    return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }

  /** Processor time for each operation; all of it when there was none. */
  public double cpuMicrosPerOp() {
    return cpuNanos / NANOS_PER_MICRO / Math.max(1, ops());
  }

  /** How much a counter rose; 0 when there is none of that name. */
  public long count(String counter) {
    return counts.getOrDefault(counter, 0L);
  }
}
