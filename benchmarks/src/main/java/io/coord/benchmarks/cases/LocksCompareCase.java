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
 * Locks and elections on Coord and on etcd's own Go client in turn, on one cluster, and beside them
 * single puts. What disturbs the machine disturbs all, so the ratios are steadier than the rates.
 */
public final class LocksCompareCase implements BenchCase {

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
  private final List<LockMeasure> cases;
  private final Optional<WaitersCase> waiters;
  private final Peer peer;

  private LocksCompareCase(
      String name, List<LockMeasure> cases, Optional<WaitersCase> waiters, Peer peer) {
    this.name = name;
    this.cases = cases;
    this.waiters = waiters;
    this.peer = peer;
  }

  private static List<LockMeasure> compared() {
    return List.of(
        LockLoopCase.uncontended(),
        LockLoopCase.uncontendedInParallel(),
        LockLoopCase.contended(),
        LockLoopCase.contendedByProcesses(),
        HandoffCase.mutex(),
        new RwLockCase(),
        LockLoopCase.election(),
        HandoffCase.election());
  }

  /** Everything, as it stands in docs/benchmarks.md. */
  public static LocksCompareCase all() {
    return new LocksCompareCase(
        "locks-compare", compared(), Optional.of(new WaitersCase()), GoPeer::build);
  }

  /** A comparison for each case. */
  public static List<LocksCompareCase> each() {
    return compared().stream().map(one -> of(one, GoPeer::build)).toList();
  }

  /** The comparison of one case. */
  static LocksCompareCase of(LockMeasure one, Peer peer) {
    return new LocksCompareCase(one.name() + "-compare", List.of(one), Optional.empty(), peer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return waiters.isPresent()
        ? "the whole table of locks and elections, beside etcd's Go client: 7 minutes"
        : cases.get(0).name() + " and etcd's Go client in turn, --rounds times (3), with the ratio";
  }

  @Override
  public Set<Flag> flags() {
    Set<Flag> flags = EnumSet.of(Flag.ENDPOINTS, Flag.SECONDS, Flag.WARMUP, Flag.ROUNDS);
    cases.forEach(one -> flags.addAll(one.flags()));
    if (cases.size() > 1) {
      flags.remove(Flag.WORKERS);
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
    for (LockMeasure one : cases) {
      for (int workers : options.workersOr(one.usualWorkers())) {
        compare(run, options, go, one, workers);
      }
    }
    if (waiters.isPresent()) {
      waiters.get().run(run);
    }
  }

  /** The Go program is compiled when it starts; our code is compiled while it runs. */
  private void warmUp(BenchRun run) throws InterruptedException {
    if (cases.size() > 1) {
      run.note("warming up");
      BenchOptions brief = run.options().with(Flag.SECONDS, WARMUP).with(Flag.WARMUP, WARMING_UP);
      for (LockMeasure one : List.of(LockLoopCase.uncontendedInParallel(), new RwLockCase())) {
        one.measure(run, brief, WARMING_UP_WORKERS);
      }
    }
  }

  private static void compare(
      BenchRun run, BenchOptions options, GoPeer go, LockMeasure one, int workers)
      throws InterruptedException {
    int rounds = options.numberOr(Flag.ROUNDS, ROUNDS);
    Optional<CommitLimit> limit = one.limit(workers);
    Comparison comparison = new Comparison();
    Measurement rehearsal = one.measure(run, options, workers);
    run.note(describe("rehearsal", rehearsal));
    for (int i = 1; i <= rounds; i++) {
      boolean oursFirst = i % 2 == 1;
      Optional<Measurement> first =
          oursFirst ? Optional.of(one.measure(run, options, workers)) : Optional.empty();
      Measurement theirs = go.measure(one.name(), run.endpoints(), options, workers);
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
        Puts puts = RawPutCase.coord().connect(crew.connection(), crew.name("put-"))) {
      Window window = PutLoad.measure(puts, limit.get().inFlight(), brief);
      return Optional.of(limit.get().perSecond(window.opsPerSecond()));
    }
  }
}
