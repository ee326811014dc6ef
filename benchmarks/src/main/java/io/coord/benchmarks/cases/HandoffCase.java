package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Crew.Connections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Workers that hold for a while and pass on. An operation is a handover; its duration is the time
 * from the return of a release to the next grant, 0 when the grant came first.
 */
public final class HandoffCase extends NamedCase {

  private static final Duration HOLD = Duration.ofMillis(10);
  private static final Duration SETTLING = Duration.ofMillis(100);
  private static final String CALL_TO_GRANT = "call to grant";

  /** What came of passing it on for a while. */
  private record Passing(Window window, long violations) {}

  private final ExclusiveLock.Kind kind;
  private final Connections connections;
  private final int usualWorkers;

  private HandoffCase(
      String name,
      String summary,
      ExclusiveLock.Kind kind,
      Connections connections,
      int usualWorkers) {
    super(name, summary);
    this.kind = kind;
    this.connections = connections;
    this.usualWorkers = usualWorkers;
  }

  /** Two connections pass one mutex to and fro. */
  public static HandoffCase mutex() {
    return new HandoffCase(
        "lock-handoff",
        "connections (2) alternate on a mutex, --hold 10ms each: release's return to next grant",
        MutexLock::new,
        Connections.OWN,
        2);
  }

  /** Candidates of one connection lead in turn. */
  public static HandoffCase election() {
    return new HandoffCase(
        "election-handoff",
        "candidates (8) lead in turn, --hold 10ms each: resign's return to the next leader",
        ElectionLock::new,
        Connections.SHARED,
        8);
  }

  @Override
  public Set<Flag> flags() {
    return MeasuredCase.usualFlagsAnd(Flag.HOLD);
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(usualWorkers);
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.empty();
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    Duration hold = options.timeOr(Flag.HOLD, HOLD);
    try (Crew crew = Crew.assemble(run, workers, connections)) {
      // Our code is compiled after thousands of handovers, and not of hundreds.
      Passing warmUp = pass(crew, Duration.ZERO, Duration.ZERO, options.warmup());
      Passing measured = pass(crew, hold, SETTLING, options.measured());
      Window window = measured.window();
      double callToGrantMicros = window.count(CALL_TO_GRANT) / 1e3 / Math.max(1, window.ops());
      return Measurement.of(name(), workers, window, warmUp.violations() + measured.violations())
          .with("hold_ms", hold.toMillis())
          .with("call_to_grant_mean_us", callToGrantMicros);
    }
  }

  /** Begins, and measures once it has settled. */
  private Passing pass(Crew crew, Duration hold, Duration settling, Duration measured)
      throws InterruptedException {
    Probe probe = new Probe();
    Handovers handovers = new Handovers(hold, probe::took, probe.counter(CALL_TO_GRANT));
    List<BlockingLoad.Worker> loops = new ArrayList<>();
    crew.sessions()
        .forEach(
            session -> {
              ExclusiveLock lock = kind.of(session, crew.name("lock"));
              loops.add(() -> handovers.holdOnce(lock));
            });
    Load load = BlockingLoad.tellingItself(crew.threads(), loops);
    return new Passing(Load.measure(load, probe, settling, measured), handovers.violations());
  }
}
