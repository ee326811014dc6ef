package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRunner;
import io.coord.benchmarks.BenchRunner.Format;
import io.coord.benchmarks.Benchmarks;
import io.coord.benchmarks.Connector;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Options;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.EtcdTest.Cleaning;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each case does what it says, and leaves nothing behind; how fast is not looked at, so they run at
 * the same time.
 */
@EtcdTest(cleaning = Cleaning.BEFORE_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class BenchCasesIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AfterAll
  static void nothingIsLeft(EtcdCluster cluster) {
    assertThat(cluster.keyCount()).isZero();
    assertThat(cluster.leaseCount()).isZero();
  }

  /** Mostly long enough for a load to get a turn among those that run at the same time. */
  private static BenchOptions brief() {
    return Options.brief().with(Flag.SECONDS, Duration.ofSeconds(1));
  }

  private static List<JsonNode> run(String name, BenchOptions options)
      throws InterruptedException, JsonProcessingException {
    StringWriter printed = new StringWriter();
    BenchRunner runner = new BenchRunner(Benchmarks.all(), Connector.plain());
    long violations =
        runner.run(
            name,
            options,
            Format.JSON,
            new PrintWriter(printed),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    assertThat(violations).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : printed.toString().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** What was measured, for longer where nothing was done in that time. */
  private static JsonNode measured(String name, BenchOptions options)
      throws InterruptedException, JsonProcessingException {
    JsonNode line = runOne(name, options);
    return line.get("ops").asLong() > 0 ? line : runOne(name, longer(options));
  }

  private static JsonNode runOne(String name, BenchOptions options)
      throws InterruptedException, JsonProcessingException {
    List<JsonNode> lines = run(name, options);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "rawput, 1",
    "rawput, 16",
    "rawtxn, 16",
    "line-uncontended, 4",
    "line-contended, 8",
    "lock-uncontended, 1",
    "lock-uncontended-par, 4",
    "lock-contended, 8",
    "lock-contended-procs, 3",
    "election-loop, 2",
    "rwlock, 6",
    "stm, 8",
    "queue-enqueue, 3",
    "pqueue-enqueue, 3",
    "workqueue, 4",
    "barrier, 3",
    "double-barrier, 3",
    "double-barrier-leave, 3"
  })
  void run_closedLoop_measuresWithoutViolations(String name, int workers, EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    measuresWithoutViolations(name, workers, brief().on(cluster.endpoints()));
  }

  /** New processes are busy with loading their classes for a while, and slow machines with all. */
  private static BenchOptions longer(BenchOptions options) {
    return options.with(Flag.SECONDS, Duration.ofSeconds(10));
  }

  @Test
  void run_stmInTwoProcesses_measuresWithoutViolations(EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    measuresWithoutViolations("stm-procs", 4, longer(brief().on(cluster.endpoints())));
  }

  private static void measuresWithoutViolations(String name, int workers, BenchOptions options)
      throws InterruptedException, JsonProcessingException {
    JsonNode line = measured(name, options.withWorkers(List.of(workers)));

    assertThat(line.get("case").asText()).isEqualTo(name);
    assertThat(line.get("workers").asInt()).isEqualTo(workers);
    assertThat(line.get("seconds").asDouble()).isGreaterThanOrEqualTo(1);
    assertThat(line.get("ops").asLong()).isPositive();
    assertThat(line.get("ops_per_s").asDouble()).isPositive();
    assertThat(line.get("p50_us").asDouble()).isPositive();
    assertThat(line.get("p99_us").asDouble()).isGreaterThanOrEqualTo(line.get("p50_us").asDouble());
    assertThat(line.get("client_cpu_us_per_op").asDouble()).isPositive();
    assertThat(line.get("violations").asLong()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "queue-dequeue, 3, 40",
    "queue-dequeue-procs, 2, 40",
    "queue-depth, 1, 70",
    "pqueue-dequeue, 3, 40",
    "pqueue-depth, 1, 70"
  })
  void run_dequeue_takesFromAQueueOfThatDepth(
      String name, int workers, int depth, EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    BenchOptions options =
        Options.brief()
            .on(cluster.endpoints())
            .withWorkers(List.of(workers))
            .with(Flag.SECONDS, Duration.ofMillis(30))
            .with(Flag.ITEMS, 40);

    List<JsonNode> lines = run(name, depth > 40 ? options.with(Flag.DEPTH, depth) : options);

    assertThat(lines).hasSize(1);
    JsonNode line = lines.get(0);
    assertThat(line.get("depth").asInt()).isEqualTo(depth);
    assertThat(line.get("ops").asLong()).isEqualTo(40 * line.get("drains").asLong());
    assertThat(line.get("violations").asLong()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"lock-handoff, 2", "election-handoff, 4"})
  void run_handoff_measuresWithoutViolations(String name, int workers, EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    JsonNode line =
        measured(
            name,
            brief()
                .on(cluster.endpoints())
                .withWorkers(List.of(workers))
                .with(Flag.HOLD, Duration.ofMillis(2)));

    assertThat(line.get("ops").asLong()).isPositive();
    assertThat(line.get("hold_ms").asLong()).isEqualTo(2);
    assertThat(line.get("call_to_grant_mean_us").asDouble()).isPositive();
  }

  @Test
  void run_waiters_allGetTheirTurn(EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    List<JsonNode> lines =
        run(
            "waiters",
            BenchOptions.defaults()
                .on(cluster.endpoints())
                .with(Flag.ITEMS, 45)
                .with(Flag.WARMUP, Duration.ofMillis(10))
                .with(Flag.HOLD, Duration.ofMillis(500)));

    assertThat(lines.get(0).get("ops").asLong()).isEqualTo(45);
    assertThat(lines.get(0).get("locks").asLong()).isEqualTo(5);
    assertThat(lines.get(0).get("threads_all").asLong()).isPositive();
  }

  @Test
  void run_rawputCompare_givesTheRatios(EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    List<JsonNode> lines =
        run(
            "rawput-compare",
            brief()
                .on(cluster.endpoints())
                .withWorkers(List.of(4))
                .with(Flag.ROUNDS, 1)
                .with(Flag.SECONDS, Duration.ofSeconds(3))
                // jetcd's client is slow to load.
                .with(Flag.REHEARSAL, Duration.ofSeconds(2)));

    assertThat(lines)
        .extracting(line -> line.get("case").asText())
        .containsExactly("rawput-jetcd", "rawput");
    assertThat(lines.get(1).get("rate_ratio").asDouble()).isPositive();
    assertThat(lines.get(1).get("cpu_ratio").asDouble()).isPositive();
  }

  @Test
  void run_sessions_losesNone(EtcdCluster cluster)
      throws InterruptedException, JsonProcessingException {
    List<JsonNode> lines =
        run(
            "sessions",
            BenchOptions.defaults()
                .on(cluster.endpoints())
                .with(Flag.ITEMS, 50)
                .with(Flag.HOLD, Duration.ofSeconds(1)));

    JsonNode line = lines.get(0);
    assertThat(line.get("sessions").asInt()).isEqualTo(50);
    assertThat(line.get("lost").asInt()).isZero();
    assertThat(line.get("gone_on_server").asInt()).isZero();
    assertThat(line.get("threads_all").asInt()).isPositive();
  }

  @Test
  void run_failover_everySituationWithoutFailedCalls()
      throws InterruptedException, JsonProcessingException {
    List<JsonNode> lines =
        run(
            "failover",
            BenchOptions.defaults()
                .with(Flag.ROUNDS, 1)
                .with(Flag.WARMUP, Duration.ofMillis(500))
                .with(Flag.SECONDS, Duration.ofSeconds(2)));

    assertThat(lines)
        .extracting(line -> line.get("case").asText())
        .containsExactly(
            "failover-follower-killed",
            "failover-follower-frozen",
            "failover-leader-killed",
            "failover-leader-frozen");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.get("failed").asLong()).isZero();
              assertThat(line.get("missing").asLong()).isZero();
              assertThat(line.get("longest_gap_ms").asDouble()).isPositive();
            });
  }

  @Test
  void run_noEndpoints_measuresAThrowAwayMember()
      throws InterruptedException, JsonProcessingException {
    assertThat(run("rawput", Options.brief().withWorkers(List.of(2)))).hasSize(1);
  }
}
