package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Scratch;
import io.coord.benchmarks.Spread;
import io.coord.benchmarks.Window;
import io.coord.core.Coord;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Coord's store and jetcd's client in turn, in one process on one cluster. What disturbs the
 * machine disturbs both, so the ratios are steadier than the rates.
 */
public final class RawPutCompareCase implements BenchCase {

  private static final int ROUNDS = 5;

  private final RawPutCase ours = RawPutCase.coord();
  private final RawPutCase theirs = RawPutCase.jetcd();

  /** One round: both clients, one after the other. */
  private record Round(Window ours, Window theirs) {

    double rateRatio() {
      return ours.opsPerSecond() / theirs.opsPerSecond();
    }

    double cpuRatio() {
      return ours.cpuMicrosPerOp() / theirs.cpuMicrosPerOp();
    }
  }

  @Override
  public String name() {
    return "rawput-compare";
  }

  @Override
  public String summary() {
    return "rawput and rawput-jetcd in turn, --rounds times (5); medians, and the ratio of the two";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(
        Flag.ENDPOINTS, Flag.WORKERS, Flag.SECONDS, Flag.WARMUP, Flag.REHEARSAL, Flag.ROUNDS);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    try (Coord coord = run.connect();
        Scratch scratch = Scratch.in(coord);
        Puts our = ours.connect(coord, scratch.key(""));
        Puts their = theirs.connect(coord, scratch.key(""))) {
      for (int inFlight : run.options().workersOr(List.of(1, 16, 64, 256))) {
        compare(run, our, their, inFlight);
      }
    }
  }

  private void compare(BenchRun run, Puts our, Puts their, int inFlight)
      throws InterruptedException {
    BenchOptions options = run.options().inTurn();
    run.note(inFlight + " in flight, rehearsal");
    for (Puts each : List.of(our, their)) {
      Window unused = PutLoad.measure(each, inFlight, options.withoutRehearsal());
    }
    List<Round> rounds = new ArrayList<>();
    int count = options.numberOr(Flag.ROUNDS, ROUNDS);
    for (int i = 1; i <= count; i++) {
      Window first = PutLoad.measure(i % 2 == 1 ? our : their, inFlight, options);
      Window second = PutLoad.measure(i % 2 == 1 ? their : our, inFlight, options);
      Round round = i % 2 == 1 ? new Round(first, second) : new Round(second, first);
      rounds.add(round);
      run.note(
          String.format(
              "%d in flight, round %d of %d: %.0f/s against %.0f/s, %.1f us against %.1f us",
              inFlight,
              i,
              count,
              round.ours().opsPerSecond(),
              round.theirs().opsPerSecond(),
              round.ours().cpuMicrosPerOp(),
              round.theirs().cpuMicrosPerOp()));
    }
    report(run, inFlight, rounds);
  }

  private void report(BenchRun run, int inFlight, List<Round> rounds) {
    Spread<Window> our = Spread.of(rounds.stream().map(Round::ours).toList(), Window::opsPerSecond);
    Spread<Window> their =
        Spread.of(rounds.stream().map(Round::theirs).toList(), Window::opsPerSecond);
    Spread<Round> rate = Spread.of(rounds, Round::rateRatio);
    Spread<Round> cpu = Spread.of(rounds, Round::cpuRatio);
    run.report(Measurement.of(theirs.name(), inFlight, their.median(), 0));
    run.report(
        Measurement.of(ours.name(), inFlight, our.median(), 0)
            .with("rate_ratio", rate.medianValue())
            .with("rate_ratio_min", rate.least())
            .with("rate_ratio_max", rate.greatest())
            .with("cpu_ratio", cpu.medianValue())
            .with("cpu_ratio_min", cpu.least())
            .with("cpu_ratio_max", cpu.greatest()));
  }
}
