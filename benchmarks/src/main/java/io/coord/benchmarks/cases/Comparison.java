package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One case measured on Coord and on a peer in turn. Where a limit is known, rates are compared,
 * with the limit too; else durations.
 */
final class Comparison {

  /** One round: both clients, one after the other, and what single puts allowed then. */
  private record Round(Measurement ours, Measurement theirs, Optional<Double> limitPerSecond) {

    double rateRatio() {
      return ours.opsPerSecond() / theirs.opsPerSecond();
    }

    double cpuRatio() {
      return ours.clientCpuMicrosPerOp() / theirs.clientCpuMicrosPerOp();
    }

    double p50Ratio() {
      return ours.p50Micros() / theirs.p50Micros();
    }

    double limit() {
      return limitPerSecond.orElseThrow();
    }

    double shareOfLimit() {
      return ours.opsPerSecond() / limit();
    }
  }

  private final Optional<Double> goal;
  private final List<Round> rounds = new ArrayList<>();

  /**
   * Nothing was measured yet.
   *
   * @param goal the ratio that is wanted: of rates at least, of median durations at most
   */
  Comparison(Optional<Double> goal) {
    this.goal = goal;
  }

  void add(Measurement ours, Measurement theirs, Optional<Double> limitPerSecond) {
    rounds.add(new Round(ours, theirs, limitPerSecond));
  }

  /** Reports the peer's median, then ours with the ratios; violations of any round count. */
  void report(BenchRun run) {
    boolean byRate = rounds.get(0).limitPerSecond().isPresent();
    ToDoubleFunction<Measurement> figure =
        byRate ? Measurement::opsPerSecond : Measurement::p50Micros;
    Measurement theirs = Spread.of(all(Round::theirs), figure).median();
    Measurement ours = Spread.of(all(Round::ours), figure).median();
    run.reportPeer(theirs.withViolations(violations(Round::theirs)));
    Measurement judged = ours.withViolations(violations(Round::ours));
    run.report(byRate ? withRates(judged) : withDurations(judged));
  }

  private Measurement withRates(Measurement ours) {
    Measurement more = with(ours, "rate_ratio", rounds, Round::rateRatio);
    more = with(more, "cpu_ratio", rounds, Round::cpuRatio);
    more = more.with("limit_per_s", Spread.of(rounds, Round::limit).medianValue());
    more = with(more, "share_of_limit", rounds, Round::shareOfLimit);
    double ratio = Spread.of(rounds, Round::rateRatio).medianValue();
    return goal.isPresent() ? withGoal(more, ratio >= goal.get()) : more;
  }

  private Measurement withDurations(Measurement ours) {
    Measurement more = with(ours, "p50_us", all(Round::ours), Measurement::p50Micros);
    more = with(more, "p99_us", all(Round::ours), Measurement::p99Micros);
    more = with(more, "go_p50_us", all(Round::theirs), Measurement::p50Micros);
    more = with(more, "go_p99_us", all(Round::theirs), Measurement::p99Micros);
    if (goal.isEmpty()) {
      return more;
    }
    double ratio = Spread.of(rounds, Round::p50Ratio).medianValue();
    return withGoal(with(more, "p50_ratio", rounds, Round::p50Ratio), ratio <= goal.get());
  }

  private Measurement withGoal(Measurement measured, boolean met) {
    return measured.with("goal_ratio", goal.orElseThrow()).with("goal_met", met ? 1 : 0);
  }

  private static <T> Measurement with(
      Measurement measured, String name, List<T> values, ToDoubleFunction<T> value) {
    Spread<T> spread = Spread.of(values, value);
    return measured
        .with(name + "_median", spread.medianValue())
        .with(name + "_min", spread.least())
        .with(name + "_max", spread.greatest());
  }

  private List<Measurement> all(Function<Round, Measurement> side) {
    return rounds.stream().map(side).toList();
  }

  private long violations(Function<Round, Measurement> side) {
    return all(side).stream().mapToLong(Measurement::violations).sum();
  }
}
