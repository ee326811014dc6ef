package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Window;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cases on Coord and on etcd's own Go client in turn, on one cluster, and beside them puts. What
 * disturbs the machine disturbs all, so the ratios are steadier than the rates.
 */
public final class CompareCase implements BenchCase {

  /** Makes the peer, once it is known that it is needed. */
  @FunctionalInterface
  interface Peer {
    GoPeer get() throws InterruptedException;
  }

  private static final int ROUNDS = 3;
  private static final Duration MEASURED = Duration.ofSeconds(3);
  private static final Duration WARMUP = Duration.ofSeconds(1);
  private static final Duration WARMING_UP = Duration.ofSeconds(5);
  private static final int WARMING_UP_WORKERS = 32;

  private final String name;
  private final String summary;
  private final List<? extends MeasuredCase> cases;
  private final List<? extends MeasuredCase> warmUp;
  private final List<? extends BenchCase> ours;
  private final Peer peer;

  private CompareCase(
      String name,
      String summary,
      List<? extends MeasuredCase> cases,
      List<? extends MeasuredCase> warmUp,
      List<? extends BenchCase> ours,
      Peer peer) {
    this.name = name;
    this.summary = summary;
    this.cases = List.copyOf(cases);
    this.warmUp = List.copyOf(warmUp);
    this.ours = List.copyOf(ours);
    this.peer = peer;
  }

  /**
   * The comparison of many cases, with their usual settings.
   *
   * @param warmUp cases that compile our code before anything is compared
   * @param ours cases that the peer does not have, measured at the end
   */
  static CompareCase all(
      String name,
      String summary,
      List<? extends MeasuredCase> cases,
      List<? extends MeasuredCase> warmUp,
      List<? extends BenchCase> ours) {
    return new CompareCase(name, summary, cases, warmUp, ours, GoPeer::build);
  }

  /** The comparison of one case. */
  static CompareCase of(MeasuredCase one) {
    return of(one, GoPeer::build);
  }

  /** The comparison of one case with a peer that is there. */
  static CompareCase of(MeasuredCase one, Peer peer) {
    return new CompareCase(
        one.name() + "-compare",
        one.name() + " and etcd's Go client in turn, --rounds times (3), with the ratio",
        List.of(one),
        List.of(),
        List.of(),
        peer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public Set<Flag> flags() {
    Set<Flag> flags =
        EnumSet.of(Flag.ENDPOINTS, Flag.MEMBERS, Flag.SECONDS, Flag.WARMUP, Flag.ROUNDS);
    if (cases.size() == 1) {
      flags.addAll(cases.get(0).flags());
    }
    return flags;
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    BenchOptions options =
        run.options()
            .with(Flag.SECONDS, run.options().timeOr(Flag.SECONDS, MEASURED))
            .with(Flag.WARMUP, run.options().timeOr(Flag.WARMUP, WARMUP));
    GoPeer go = peer.get();
    warmUp(run);
    for (MeasuredCase one : cases) {
      for (Setting setting : one.settings(options)) {
        compare(run, go, one, setting);
      }
    }
    for (BenchCase alone : ours) {
      alone.run(run);
    }
  }

  /** The Go program is compiled when it starts; our code is compiled while it runs. */
  private void warmUp(BenchRun run) throws InterruptedException {
    if (!warmUp.isEmpty()) {
      run.note("warming up");
    }
    BenchOptions brief = run.options().with(Flag.SECONDS, WARMUP).with(Flag.WARMUP, WARMING_UP);
    for (MeasuredCase one : warmUp) {
      one.measure(run, brief, WARMING_UP_WORKERS);
    }
  }

  private static void compare(BenchRun run, GoPeer go, MeasuredCase one, Setting setting)
      throws InterruptedException {
    BenchOptions options = setting.options();
    int workers = setting.workers();
    int rounds = options.numberOr(Flag.ROUNDS, ROUNDS);
    Optional<CommitLimit> limit = one.limit(setting);
    Comparison comparison = new Comparison(setting.goal());
    run.note(describe("rehearsal", one.measure(run, options, workers)));
    for (int i = 1; i <= rounds; i++) {
      boolean oursFirst = i % 2 == 1;
      Optional<Measurement> first =
          oursFirst ? Optional.of(one.measure(run, options, workers)) : Optional.empty();
      Measurement theirs = one.measurePeer(go, run, options, workers);
      Measurement ours = first.isPresent() ? first.get() : one.measure(run, options, workers);
      comparison.add(ours, theirs, limitPerSecond(run, options, limit));
      String round = "round " + i + " of " + rounds;
      run.note(describe(round, ours) + "\n" + describe(round, theirs));
    }
    comparison.report(run);
  }

  private static String describe(String round, Measurement measured) {
    return String.format(
        "%s, %d workers, %s: %.0f/s, p50 %.0f us, p99 %.0f us",
        measured.caseName(),
        measured.workers(),
        round,
        measured.opsPerSecond(),
        measured.p50Micros(),
        measured.p99Micros());
  }

  private static Optional<Double> limitPerSecond(
      BenchRun run, BenchOptions options, Optional<CommitLimit> limit) throws InterruptedException {
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    BenchOptions brief =
        options
            .with(Flag.SECONDS, options.measured().dividedBy(3))
            .with(Flag.WARMUP, options.warmup().dividedBy(3));
    try (Crew crew = Crew.assemble(run, 1, Crew.Connections.SHARED);
        Puts puts = StorePuts.together(crew.connection(), crew.name("put-"), limit.get().puts())) {
      Window window = PutLoad.measure(puts, limit.get().inFlight(), brief);
      return Optional.of(limit.get().perSecond(window.opsPerSecond()));
    }
  }
}
