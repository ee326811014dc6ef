package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BenchRunner.Format;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BenchRunnerTest {

  private static final BlockingLoad.Worker MILLISECOND = () -> LockSupport.parkNanos(1_000_000);

  private final StringWriter printed = new StringWriter();
  private final PrintWriter out = new PrintWriter(printed);

  private long run(BenchRunner runner, Format format) throws InterruptedException {
    return runner.run("fake", Options.brief(), format, out, new PrintWriter(new StringWriter()));
  }

  @Test
  void run_json_printsALineForEachMeasurement()
      throws InterruptedException, JsonProcessingException {
    run(FakeCase.runner(MILLISECOND, 0), Format.JSON);

    List<String> lines = printed.toString().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.fieldNames())
        .toIterable()
        .containsExactly(
            "case",
            "workers",
            "seconds",
            "ops",
            "ops_per_s",
            "p50_us",
            "p99_us",
            "client_cpu_us_per_op",
            "violations",
            "extra");
    assertThat(second.get("case").asText()).isEqualTo("fake");
    assertThat(second.get("workers").asInt()).isEqualTo(2);
    assertThat(second.get("ops").asLong()).isPositive();
    assertThat(second.get("p50_us").asDouble()).isGreaterThanOrEqualTo(1000);
    assertThat(second.get("p99_us").asDouble()).isGreaterThanOrEqualTo(1000);
    assertThat(second.get("extra").asDouble()).isEqualTo(1.5);
  }

  @Test
  void run_table_printsTheHeadOnce() throws InterruptedException {
    run(FakeCase.runner(MILLISECOND, 0), Format.TABLE);

    assertThat(printed.toString().lines()).hasSize(3);
    assertThat(printed.toString().lines().findFirst().orElseThrow())
        .startsWith("case")
        .endsWith("violations");
    assertThat(printed.toString()).contains("extra=1.50");
  }

  @Test
  void run_violations_areAddedUp() throws InterruptedException {
    assertThat(run(FakeCase.runner(MILLISECOND, 3), Format.JSON)).isEqualTo(6);
  }

  @Test
  void run_workerFails_endsWithItsFailure() {
    BenchRunner runner =
        FakeCase.runner(
            () -> {
              throw new IllegalStateException("no more");
            },
            0);

    assertThatThrownBy(() -> run(runner, Format.JSON))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("no more");
    assertThat(printed.toString()).isEmpty();
  }

  @Test
  void check_unknownCase_listsTheCases() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCase.runner(MILLISECOND, 0).check("fkae", Options.brief()))
        .withMessageContaining("unknown case 'fkae'")
        .withMessageContaining("fake  does as it is told");
  }

  @Test
  void check_flagOfOtherCases_saysWhichAreKnown() {
    BenchOptions depth = Options.brief().with(Flag.DEPTH, 10);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCase.runner(MILLISECOND, 0).check("fake", depth))
        .withMessage("case fake does not know --depth; it knows --workers, --seconds, --warmup");
  }
}
