package io.coord.benchmarks.cases;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.coord.benchmarks.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * What a process of tellers says on its output when it has ended, as JSON.
 *
 * @param seconds how long it measured
 * @param ops how many transfers ended in that time
 * @param attempts how many attempts were made in that time
 * @param clientCpuMicros processor time of the process in that time
 * @param latencies durations of the transfers that ended in that time
 * @param transfers all that it made, also before that time and after
 */
record TellerReport(
    @JsonProperty("seconds") double seconds,
    @JsonProperty("ops") long ops,
    @JsonProperty("attempts") long attempts,
    @JsonProperty("client_cpu_us") double clientCpuMicros,
    @JsonProperty("latencies_us") List<Latency> latencies,
    @JsonProperty("transfers") List<TransferJournal.Entry> transfers) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final int SIGNIFICANT_DIGITS = 3;

  /** A duration, and how often it was met. As JSON it is an array. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Latency(long micros, long times) {}

  static TellerReport of(Window window, List<TransferJournal.Entry> transfers) {
    List<Latency> latencies = new ArrayList<>();
    for (HistogramIterationValue met : window.latencies().recordedValues()) {
      latencies.add(
          new Latency(
              met.getValueIteratedTo() / NANOS_PER_MICRO, met.getCountAddedInThisIterationStep()));
    }
    return new TellerReport(
        window.seconds(),
        window.ops(),
        window.count(StmCase.ATTEMPTS),
        window.cpuNanos() / (double) NANOS_PER_MICRO,
        latencies,
        transfers);
  }

  /** What it observed, as if it had been observed here. */
  Window window() {
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    latencies.forEach(
        met -> histogram.recordValueWithCount(met.micros() * NANOS_PER_MICRO, met.times()));
    return new Window(
        Math.round(seconds * NANOS_PER_SECOND),
        Math.round(clientCpuMicros * NANOS_PER_MICRO),
        histogram,
        Map.of(StmCase.ATTEMPTS, attempts));
  }
}
