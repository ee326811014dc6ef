package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Footprint;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Crew.Connections;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Many waiters in one process, each in the line of one of many locks that another connection holds.
 * They may cost neither threads nor much heap, and each must get its turn once the holders let go.
 * An operation is the turn of one waiter; its duration counts from the moment when the holders
 * begin to let go.
 */
public final class WaitersCase implements MeasuredCase {

  private static final int WAITERS = 10_000;
  private static final int WAITERS_ON_A_LOCK = 10;
  private static final int WARM_UP_WAITERS = 500;
  private static final Duration HOLD = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(100);

  @Override
  public String name() {
    return "waiters";
  }

  @Override
  public String summary() {
    return "--items waiters (10 000), ten on a lock, kept waiting for --hold (5s): heap, threads,"
        + " turns";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.ENDPOINTS, Flag.MEMBERS, Flag.ITEMS, Flag.HOLD, Flag.WARMUP);
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(WAITERS);
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    return List.of(Setting.of(asked.numberOr(Flag.ITEMS, WAITERS), asked));
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.empty();
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int count)
      throws InterruptedException {
    Duration hold = options.timeOr(Flag.HOLD, HOLD);
    try (Crew crew = Crew.assemble(run, 2, Connections.OWN)) {
      warmUp(crew, options.warmup());
      WaitingCrowd single = gather(crew, "single", 1);
      mostThreads(LOOK);
      Footprint one = Footprint.now();
      WaitingCrowd crowd = gather(crew, "crowd", count);
      run.note(count + " waiters stand in line");
      int mostThreads = mostThreads(hold);
      Footprint all = Footprint.now();
      Probe probe = new Probe();
      probe.open();
      crowd.letGo(probe);
      Window turns = probe.close();
      single.letGo(new Probe());
      return Measurement.of(name(), count, turns, crowd.violations())
          .with("locks", crowd.locks())
          .with("waited_s", hold.toMillis() / 1e3)
          .with("heap_idle_mib", one.heapMib())
          .with("heap_above_idle_mib", all.heapMib() - one.heapMib())
          .with("threads_one", one.threads())
          .with("threads_all", mostThreads);
    }
  }

  private static void warmUp(Crew crew, Duration time) throws InterruptedException {
    long begunAt = System.nanoTime();
    do {
      gather(crew, "warm-up", WARM_UP_WAITERS).letGo(new Probe());
    } while (System.nanoTime() - begunAt < time.toNanos());
  }

  private static WaitingCrowd gather(Crew crew, String name, int waiters)
      throws InterruptedException {
    int locks = (waiters + WAITERS_ON_A_LOCK - 1) / WAITERS_ON_A_LOCK;
    return WaitingCrowd.gather(
        crew.sessions().get(0), crew.sessions().get(1), crew.name(name + "-"), locks, waiters);
  }

  private static int mostThreads(Duration observed) throws InterruptedException {
    int most = 0;
    long begunAt = System.nanoTime();
    while (System.nanoTime() - begunAt < observed.toNanos()) {
      Pause.of(LOOK);
      most = Math.max(most, Footprint.liveThreads());
    }
    return most;
  }
}
