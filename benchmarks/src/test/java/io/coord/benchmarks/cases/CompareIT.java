package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRunner;
import io.coord.benchmarks.BenchRunner.Format;
import io.coord.benchmarks.Connector;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Options;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A comparison measures both, and says how they compare; the peer is a script here. */
@EtcdTest
@Timeout(120)
class CompareIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static BenchOptions rehearsed() {
    return Options.brief().with(Flag.REHEARSAL, Duration.ofMillis(10));
  }

  private List<JsonNode> compare(MeasuredCase one, BenchOptions options)
      throws InterruptedException, IOException {
    Path peer =
        GoPeerTest.program(
            folder,
            "echo '{\"workers\":2,\"seconds\":1,\"ops\":10,\"ops_per_s\":10.0,\"p50_us\":70,"
                + "\"p99_us\":90,\"client_cpu_us_per_op\":40,\"violations\":0}'");
    CompareCase compared = CompareCase.of(one, () -> new GoPeer(peer));
    StringWriter printed = new StringWriter();
    BenchRunner runner = new BenchRunner(List.of(compared), Connector.plain());
    long violations =
        runner.run(
            compared.name(),
            options,
            Format.JSON,
            new PrintWriter(printed),
            new PrintWriter(new StringWriter()));
    assertThat(violations).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : printed.toString().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines)
        .extracting(line -> line.get("case").asText())
        .containsExactly(one.name() + "-go", one.name());
    return lines;
  }

  @Test
  void run_rates_givesTheRatioAndTheLimit(EtcdCluster cluster)
      throws InterruptedException, IOException {
    List<JsonNode> lines =
        compare(
            LockLoopCase.contended(),
            rehearsed().on(cluster.endpoints()).withWorkers(List.of(2)).with(Flag.ROUNDS, 2));

    JsonNode ours = lines.get(1);
    assertThat(ours.get("rate_ratio_median").asDouble())
        .isBetween(ours.get("rate_ratio_min").asDouble(), ours.get("rate_ratio_max").asDouble());
    assertThat(ours.get("rate_ratio_min").asDouble()).isPositive();
    assertThat(ours.get("cpu_ratio_median").asDouble()).isPositive();
    assertThat(ours.get("limit_per_s").asDouble()).isPositive();
    assertThat(ours.get("share_of_limit_median").asDouble()).isPositive();
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void run_handoffs_givesTheDurationsOfBoth(EtcdCluster cluster)
      throws InterruptedException, IOException {
    List<JsonNode> lines =
        compare(HandoffCase.mutex(), rehearsed().on(cluster.endpoints()).with(Flag.ROUNDS, 1));

    JsonNode ours = lines.get(1);
    assertThat(ours.get("go_p50_us_median").asDouble()).isEqualTo(70);
    assertThat(ours.get("go_p99_us_max").asDouble()).isEqualTo(90);
    assertThat(ours.get("p99_us_median").asDouble())
        .isGreaterThanOrEqualTo(ours.get("p50_us_median").asDouble());
    assertThat(cluster.keyCount()).isZero();
  }
}
