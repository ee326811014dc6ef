package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Window;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cases on Coord and on etcd's own Go client in turn, on one cluster, and beside them puts. What
 * disturbs the machine disturbs all, so the ratios are steadier than the rates. The Go program is
 * compiled when it starts; ours is compiled while it runs, so it rehearses each line before the
 * first round of it.
 */
public final class CompareCase implements BenchCase {

  /** Makes the peer, once it is known that it is needed. */
  @FunctionalInterface
  interface Peer {
    GoPeer get() throws InterruptedException;
  }

  private static final int ROUNDS = 3;

  private final String name;
  private final String summary;
  private final List<? extends MeasuredCase> cases;
  private final List<? extends MeasuredCase> ours;
  private final Peer peer;

  private CompareCase(
      String name,
      String summary,
      List<? extends MeasuredCase> cases,
      List<? extends MeasuredCase> ours,
      Peer peer) {
    this.name = name;
    this.summary = summary;
    this.cases = List.copyOf(cases);
    this.ours = List.copyOf(ours);
    this.peer = peer;
  }

  /**
   * The comparison of many cases, with their usual settings.
   *
   * @param ours cases that the peer does not have, measured at the end
   */
  static CompareCase all(
      String name,
      String summary,
      List<? extends MeasuredCase> cases,
      List<? extends MeasuredCase> ours) {
    return all(name, summary, cases, ours, GoPeer::build);
  }

  /** The same with a peer that is there. */
  static CompareCase all(
      String name,
      String summary,
      List<? extends MeasuredCase> cases,
      List<? extends MeasuredCase> ours,
      Peer peer) {
    return new CompareCase(name, summary, cases, ours, peer);
  }

  /** The comparison of one case. */
  static CompareCase of(MeasuredCase one) {
    return of(one, GoPeer::build);
  }

  /** The comparison of one case with a peer that is there. */
  static CompareCase of(MeasuredCase one, Peer peer) {
    return of(one.name() + "-compare", one, peer);
  }

  /** The comparison of one case under a name of its own. */
  static CompareCase of(String name, MeasuredCase one) {
    return of(name, one, GoPeer::build);
  }

  private static CompareCase of(String name, MeasuredCase one, Peer peer) {
    return new CompareCase(
        name,
        one.name() + " and etcd's Go client in turn, --rounds times (3), with the ratio",
        List.of(one),
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
        EnumSet.of(
            Flag.ENDPOINTS,
            Flag.MEMBERS,
            Flag.SECONDS,
            Flag.WARMUP,
            Flag.THREADS,
            Flag.REHEARSAL,
            Flag.ROUNDS);
    if (cases.size() == 1) {
      flags.addAll(cases.get(0).flags());
    }
    return flags;
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    BenchOptions options = run.options().inTurn();
    GoPeer go = peer.get();
    for (MeasuredCase one : cases) {
      for (Setting setting : one.settings(options)) {
        compare(run, go, one, setting);
      }
    }
    for (MeasuredCase alone : ours) {
      for (Setting setting : alone.settings(options)) {
        run.report(alone.measure(run, setting.options().withoutRehearsal(), setting.workers()));
      }
    }
  }

  private static void compare(BenchRun run, GoPeer go, MeasuredCase one, Setting setting)
      throws InterruptedException {
    BenchOptions options = setting.options();
    int workers = setting.workers();
    int rounds = options.numberOr(Flag.ROUNDS, ROUNDS);
    Optional<CommitLimit> limit = one.limit(setting);
    Comparison comparison = new Comparison(setting.goal());
    run.note(one.name() + ", " + workers + " workers, rehearsal");
    BenchOptions rehearsed = one.rehearse(run, options, workers);
    for (int i = 1; i <= rounds; i++) {
      boolean oursFirst = i % 2 == 1;
      Optional<Measurement> first =
          oursFirst ? Optional.of(one.measure(run, rehearsed, workers)) : Optional.empty();
      Measurement theirs = one.measurePeer(go, run, options, workers);
      Measurement ours = first.isPresent() ? first.get() : one.measure(run, rehearsed, workers);
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
