package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BenchRunner;
import io.coord.benchmarks.BenchRunner.Format;
import io.coord.benchmarks.Connector;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a comparison asks of a case, and when. Needs no etcd, since nothing is measured. */
class CompareCaseTest {

  private static final Measurement NOTHING =
      new Measurement("told", 1, 1, 1, 1, 1, 1, 1, 0, Map.of());

  /** Writes down what it is asked for. */
  private static final class Asked implements MeasuredCase {

    private final List<String> measured = new ArrayList<>();
    private final String name;

    Asked(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String summary() {
      return "is told";
    }

    @Override
    public List<Integer> usualWorkers() {
      return List.of(1, 4);
    }

    @Override
    public Optional<CommitLimit> limit(int workers) {
      return Optional.empty();
    }

    @Override
    public Measurement measure(BenchRun run, BenchOptions options, int workers) {
      measured.add(
          workers
              + " for "
              + options.measured().toMillis()
              + " after "
              + options.warmup().toMillis());
      return NOTHING;
    }

    @Override
    public Measurement measurePeer(GoPeer peer, BenchRun run, BenchOptions options, int workers) {
      measured.add(workers + " by Go after " + options.warmup().toMillis());
      return NOTHING;
    }
  }

  private static void run(CompareCase compared, BenchOptions options) throws InterruptedException {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    BenchRunner runner = new BenchRunner(List.of(compared), Connector.plain());
    long unused = runner.run(compared.name(), options, Format.JSON, nowhere, nowhere);
  }

  private static GoPeer peer() {
    return new GoPeer(Path.of("not needed"));
  }

  private final Asked one = new Asked("one");
  private final Asked another = new Asked("another");
  private final Asked alone = new Asked("alone");

  @Test
  void run_eachLine_isRehearsedByUsBeforeItsFirstRoundAndByManyInPlaceOfFew()
      throws InterruptedException {
    BenchOptions options =
        Options.brief().with(Flag.ROUNDS, 2).with(Flag.REHEARSAL, Duration.ofSeconds(6));

    run(CompareCase.of(one, CompareCaseTest::peer), options);

    assertThat(one.measured)
        .containsExactly(
            "16 for 100 after 6000",
            "1 for 100 after 6000",
            "1 for 300 after 10",
            "1 by Go after 10",
            "1 by Go after 10",
            "1 for 300 after 10",
            "4 for 100 after 6000",
            "4 for 300 after 10",
            "4 by Go after 10",
            "4 by Go after 10",
            "4 for 300 after 10");
  }

  @Test
  void run_wholeTable_asksOfEachCaseWhatItsOwnComparisonAsks() throws InterruptedException {
    for (BenchOptions options :
        List.of(BenchOptions.defaults(), Options.brief().with(Flag.ROUNDS, 1))) {
      Asked single = new Asked("one");
      one.measured.clear();

      run(CompareCase.of(single, CompareCaseTest::peer), options);
      run(
          CompareCase.all(
              "table", "all", List.of(another, one), List.of(alone), CompareCaseTest::peer),
          options);

      assertThat(one.measured).isEqualTo(single.measured).isNotEmpty();
    }
  }

  @Test
  void run_caseThatGoDoesNotHave_isMeasuredOnceAfterAWarmUpThatSuffices()
      throws InterruptedException {
    BenchOptions options = Options.brief().with(Flag.REHEARSAL, Duration.ofSeconds(6));

    run(CompareCase.all("table", "all", List.of(), List.of(alone), CompareCaseTest::peer), options);

    assertThat(alone.measured).containsExactly("1 for 300 after 6010", "4 for 300 after 6010");
  }
}
