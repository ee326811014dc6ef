package io.coord.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;

/**
 * Collects what a load does; any thread may tell it. One thread at a time opens and closes windows:
 * what is told between the two belongs to the window.
 */
public final class Probe {

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private Map<String, Long> countsAtOpening = Map.of();
  private long cpuAtOpening;
  private long openedAt;

  /** An operation that was begun at this moment of {@link System#nanoTime} has ended. */
  public void ended(long begunAt) {
    took(Math.max(0, System.nanoTime() - begunAt));
  }

  /** An operation of this many nanoseconds has ended. */
  public void took(long nanos) {
    latencies.recordValue(nanos);
  }

  /** A counter of the case's own. Keep it rather than asking for it at each operation. */
  public LongAdder counter(String name) {
    return counters.computeIfAbsent(name, unused -> new LongAdder());
  }

  /** Opens a window; what was told before is forgotten. */
  public void open() {
    countsAtOpening = counts();
    latencies.reset();
    cpuAtOpening = PROCESS.getProcessCpuTime();
    openedAt = System.nanoTime();
  }

  /** Closes the window that was opened last. */
  public Window close() {
    long nanos = System.nanoTime() - openedAt;
    long cpu = PROCESS.getProcessCpuTime() - cpuAtOpening;
    Map<String, Long> risen = new HashMap<>();
    counts().forEach((name, now) -> risen.put(name, now - countsAtOpening.getOrDefault(name, 0L)));
    return new Window(nanos, cpu, latencies.getIntervalHistogram(), risen);
  }

  private Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    counters.forEach((name, counter) -> counts.put(name, counter.sum()));
    return counts;
  }
}
