package io.coord.benchmarks;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Prints each measurement as a line of a table. */
final class TablePrinter implements Consumer<Measurement> {

  private final PrintWriter out;
  private boolean begun;

  TablePrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(Measurement measurement) {
    if (!begun) {
      begun = true;
      out.printf(
          "%-28s %7s %8s %10s %11s %11s %11s %10s %10s%n",
          "case",
          "workers",
          "seconds",
          "ops",
          "ops/s",
          "p50 us",
          "p99 us",
          "cpu us/op",
          "violations");
    }
    out.printf(
        Locale.ROOT,
        "%-28s %7d %8.1f %10d %11.1f %11.1f %11.1f %10.1f %10d%s%n",
        measurement.caseName(),
        measurement.workers(),
        measurement.seconds(),
        measurement.ops(),
        measurement.opsPerSecond(),
        measurement.p50Micros(),
        measurement.p99Micros(),
        measurement.clientCpuMicrosPerOp(),
        measurement.violations(),
        details(measurement.details()));
    out.flush();
  }

  private static String details(Map<String, Number> details) {
    return details.entrySet().stream()
        .map(detail -> "  " + detail.getKey() + "=" + shown(detail.getValue()))
        .collect(Collectors.joining());
  }

  private static String shown(Number value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.2f", number)
        : value.toString();
  }
}
