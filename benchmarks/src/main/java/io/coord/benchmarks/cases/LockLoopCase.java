package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Scratch;
import io.coord.benchmarks.Window;
import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Workers that acquire and release in a loop, with nothing in between, while exclusion and the
 * order of the tokens are checked. An operation is an acquisition with its release.
 */
public final class LockLoopCase implements BenchCase {

  /** Who contends with whom. */
  enum Sharing {
    /** Each worker has a lock of its own. */
    NONE,
    /** All workers are on one lock. */
    ALL
  }

  private static final Duration TTL = Duration.ofSeconds(60);

  private final String name;
  private final String summary;
  private final ExclusiveLock.Kind kind;
  private final Sharing sharing;
  private final List<Integer> usualWorkers;

  private LockLoopCase(
      String name,
      String summary,
      ExclusiveLock.Kind kind,
      Sharing sharing,
      List<Integer> usualWorkers) {
    this.name = name;
    this.summary = summary;
    this.kind = kind;
    this.sharing = sharing;
    this.usualWorkers = usualWorkers;
  }

  /** A line for each worker. */
  public static LockLoopCase uncontendedLine() {
    return new LockLoopCase(
        "line-uncontended",
        "join and leave, each worker (1,64) on a line of its own",
        LineLock::new,
        Sharing.NONE,
        List.of(1, 64));
  }

  /** One line for all workers. */
  public static LockLoopCase contendedLine() {
    return new LockLoopCase(
        "line-contended",
        "join, wait and leave, all workers (2,8,32) on one line",
        LineLock::new,
        Sharing.ALL,
        List.of(2, 8, 32));
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
    return EnumSet.of(Flag.ENDPOINTS, Flag.WORKERS, Flag.SECONDS, Flag.WARMUP);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    for (int workers : run.options().workersOr(usualWorkers)) {
      try (Coord coord = run.connect();
          Scratch scratch = Scratch.in(coord)) {
        measure(run, coord, scratch, workers);
      }
    }
  }

  private void measure(BenchRun run, Coord coord, Scratch scratch, int workers)
      throws InterruptedException {
    List<Turns> turns = new ArrayList<>();
    List<BlockingLoad.Worker> loops = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      if (i == 0 || sharing == Sharing.NONE) {
        turns.add(new Turns());
      }
      int lockNumber = turns.size() - 1;
      Session session = coord.openSession(TTL);
      ExclusiveLock lock = kind.of(session, scratch.key("lock-" + lockNumber));
      loops.add(loop(lock, turns.get(lockNumber)));
    }
    Window window = Load.measure(new BlockingLoad(loops), new Probe(), run.options());
    long violations = turns.stream().mapToLong(Turns::violations).sum();
    run.report(Measurement.of(name, workers, window, violations));
  }

  private static BlockingLoad.Worker loop(ExclusiveLock lock, Turns turns) {
    return () -> {
      turns.begin(lock.acquire());
      turns.end();
      lock.release();
    };
  }
}
