package io.coord.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one line of the output says.
 *
 * @param caseName the case, or the part of it that was measured
 * @param workers how many workers, or requests in flight
 * @param seconds how long was measured
 * @param ops how many operations ended in that time
 * @param opsPerSecond their rate
 * @param p50Micros the median of an operation's duration
 * @param p99Micros the 99th percentile of it
 * @param clientCpuMicrosPerOp processor time of the whole client process, for each operation
 * @param violations how often a promise was broken; 0 unless there is a defect
 * @param details further numbers, in the order in which they are shown
 */
public record Measurement(
    String caseName,
    int workers,
    double seconds,
    long ops,
    double opsPerSecond,
    double p50Micros,
    double p99Micros,
    double clientCpuMicrosPerOp,
    long violations,
    Map<String, Number> details) {

  public Measurement {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** What a window of a load says. */
  public static Measurement of(String caseName, int workers, Window window, long violations) {
    return new Measurement(
        caseName,
        workers,
        window.seconds(),
        window.ops(),
        window.opsPerSecond(),
        window.micros(50),
        window.micros(99),
        window.cpuMicrosPerOp(),
        violations,
        Map.of());
  }

  /** The same with another number of broken promises. */
  public Measurement withViolations(long newViolations) {
    return new Measurement(
        caseName,
        workers,
        seconds,
        ops,
        opsPerSecond,
        p50Micros,
        p99Micros,
        clientCpuMicrosPerOp,
        newViolations,
        details);
  }

  /** The same with one more number. */
  public Measurement with(String detail, Number value) {
    Map<String, Number> more = new LinkedHashMap<>(details);
    more.put(detail, value);
    return new Measurement(
        caseName,
        workers,
        seconds,
        ops,
        opsPerSecond,
        p50Micros,
        p99Micros,
        clientCpuMicrosPerOp,
        violations,
        more);
  }
}
