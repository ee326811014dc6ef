package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.cases.Crew.Connections;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Many who wait for one another, again and again. An operation is one round. */
public final class GatheringCase extends NamedCase {

  private final List<Integer> usualWorkers = List.of(8, 64);
  private final Rounds.Kind kind;
  private final double goal;

  private GatheringCase(String name, String summary, Rounds.Kind kind, double goal) {
    super(name, summary);
    this.kind = kind;
    this.goal = goal;
  }

  /** Waiting for the release of a barrier. */
  public static GatheringCase barrier() {
    return new GatheringCase(
        "barrier",
        "waiters (8,64) at a barrier: release's call until the last is through",
        BarrierRounds::new,
        1);
  }

  /** Entering a double barrier. */
  public static GatheringCase enter() {
    return new GatheringCase(
        "double-barrier",
        "members (8,64) of a double barrier: the last one's call of enter until all are in",
        DoubleBarrierRounds::entering,
        0.7);
  }

  /** Leaving it. */
  public static GatheringCase leave() {
    return new GatheringCase(
        "double-barrier-leave",
        "members (8,64) of a double barrier: all call leave at once, until all are out",
        DoubleBarrierRounds::leaving,
        0.1);
  }

  @Override
  public List<Integer> usualWorkers() {
    return usualWorkers;
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    return super.settings(asked).stream().map(setting -> setting.withGoal(goal)).toList();
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.empty();
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    Probe probe = new Probe();
    try (Crew crew = Crew.assemble(run, workers, Connections.SHARED)) {
      Rounds rounds = kind.of(crew);
      repeat(rounds, probe, options.warmup(), Rounds.NOT_STANDING);
      probe.open();
      long violations = repeat(rounds, probe, options.measured(), Rounds.STANDING);
      return Measurement.of(name(), workers, probe.close(), violations);
    }
  }

  private static long repeat(Rounds rounds, Probe probe, Duration time, Duration standing)
      throws InterruptedException {
    long begunAt = System.nanoTime();
    long violations = 0;
    do {
      Rounds.Round round = rounds.next(standing);
      probe.took(round.nanos());
      violations += round.violations();
    } while (System.nanoTime() - begunAt < time.toNanos());
    return violations;
  }
}
