package io.coord.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Consumer;

/** Prints each measurement as a JSON object on a line of its own. */
final class JsonPrinter implements Consumer<Measurement> {

  private static final int DECIMALS = 3;

  private final PrintWriter out;

  JsonPrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(Measurement measurement) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("case", measurement.caseName());
    line.put("workers", measurement.workers());
    line.put("seconds", rounded(measurement.seconds()));
    line.put("ops", measurement.ops());
    line.put("ops_per_s", rounded(measurement.opsPerSecond()));
    line.put("p50_us", rounded(measurement.p50Micros()));
    line.put("p99_us", rounded(measurement.p99Micros()));
    line.put("client_cpu_us_per_op", rounded(measurement.clientCpuMicrosPerOp()));
    line.put("violations", measurement.violations());
    measurement.details().forEach((name, value) -> put(line, name, value));
    out.println(line);
    out.flush();
  }

  private static void put(ObjectNode line, String name, Number value) {
    if (value instanceof Double || value instanceof Float) {
      line.put(name, rounded(value.doubleValue()));
    } else {
      line.put(name, value.longValue());
    }
  }

  private static BigDecimal rounded(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    return rounded.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(rounded.stripTrailingZeros().toPlainString());
  }
}
