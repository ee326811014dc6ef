package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Crew.Connections;
import io.coord.core.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Workers that acquire and release in a loop, with nothing in between, while exclusion and the
 * order of the tokens are checked. An operation is an acquisition with its release.
 */
public final class LockLoopCase extends NamedCase {

  /** Who contends with whom. */
  enum Sharing {
    /** Each worker has a lock of its own. */
    NONE,
    /** All workers are on one lock. */
    ALL
  }

  private final ExclusiveLock.Kind kind;
  private final Sharing sharing;
  private final Connections connections;
  private final List<Integer> usualWorkers;

  private LockLoopCase(
      String name,
      String summary,
      ExclusiveLock.Kind kind,
      Sharing sharing,
      Connections connections,
      List<Integer> usualWorkers) {
    super(name, summary);
    this.kind = kind;
    this.sharing = sharing;
    this.connections = connections;
    this.usualWorkers = usualWorkers;
  }

  /** A line for each worker. */
  public static LockLoopCase uncontendedLine() {
    return new LockLoopCase(
        "line-uncontended",
        "join and leave, each worker (1,64) on a line of its own",
        LineLock::new,
        Sharing.NONE,
        Connections.SHARED,
        List.of(1, 64));
  }

  /** One line for all workers. */
  public static LockLoopCase contendedLine() {
    return new LockLoopCase(
        "line-contended",
        "join, wait and leave, all workers (2,8,32) on one line",
        LineLock::new,
        Sharing.ALL,
        Connections.SHARED,
        List.of(2, 8, 32));
  }

  /** One worker, one mutex. */
  public static LockLoopCase uncontended() {
    return new LockLoopCase(
        "lock-uncontended",
        "lock and unlock a mutex that nobody else wants (1)",
        MutexLock::new,
        Sharing.NONE,
        Connections.SHARED,
        List.of(1));
  }

  /** A mutex for each worker. */
  public static LockLoopCase uncontendedInParallel() {
    return new LockLoopCase(
        "lock-uncontended-par",
        "lock and unlock, each worker (64) on a mutex of its own",
        MutexLock::new,
        Sharing.NONE,
        Connections.SHARED,
        List.of(64));
  }

  /** One mutex for all workers of a process. */
  public static LockLoopCase contended() {
    return new LockLoopCase(
        "lock-contended",
        "lock and unlock, all workers (2,8,32) on one mutex",
        MutexLock::new,
        Sharing.ALL,
        Connections.SHARED,
        List.of(2, 8, 32));
  }

  /** One mutex for all workers of a process, who act under its guard. */
  public static LockLoopCase contendedAndGuarded() {
    return new LockLoopCase(
        "lock-contended-guarded",
        "the same, each hold asked for its guard, so that none is handed on before its key is gone",
        MutexLock::guarded,
        Sharing.ALL,
        Connections.SHARED,
        List.of(2, 8, 32));
  }

  /** One mutex for workers that share nothing else. */
  public static LockLoopCase contendedByProcesses() {
    return new LockLoopCase(
        "lock-contended-procs",
        "lock and unlock, each worker (2,8) on a connection of its own, as processes are",
        MutexLock::new,
        Sharing.ALL,
        Connections.OWN,
        List.of(2, 8));
  }

  /** One candidate. */
  public static LockLoopCase election() {
    return new LockLoopCase(
        "election-loop",
        "campaign and resign, each worker (1) in an election of its own",
        ElectionLock::new,
        Sharing.NONE,
        Connections.SHARED,
        List.of(1));
  }

  @Override
  public List<Integer> usualWorkers() {
    return usualWorkers;
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    boolean oneAfterTheOther = sharing == Sharing.ALL && connections == Connections.OWN;
    return Optional.of(oneAfterTheOther ? CommitLimit.alone(1, 1) : CommitLimit.alone(2, workers));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    try (Crew crew = Crew.assemble(run, workers, connections)) {
      List<Turns> turns = new ArrayList<>();
      List<BlockingLoad.Worker> loops = new ArrayList<>();
      for (Session session : crew.sessions()) {
        if (turns.isEmpty() || sharing == Sharing.NONE) {
          turns.add(new Turns());
        }
        int number = turns.size() - 1;
        loops.add(loop(kind.of(session, crew.name("lock-" + number)), turns.get(number)));
      }
      Window window = Load.measure(new BlockingLoad(crew.threads(), loops), new Probe(), options);
      long violations = turns.stream().mapToLong(Turns::violations).sum();
      return Measurement.of(name(), workers, window, violations);
    }
  }

  private static BlockingLoad.Worker loop(ExclusiveLock lock, Turns turns) {
    return () -> {
      turns.begin(lock.acquire());
      turns.end();
      lock.release();
    };
  }
}
