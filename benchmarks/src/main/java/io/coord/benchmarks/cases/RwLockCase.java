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
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Workers that lock and unlock one read-write mutex, most of them to read. */
public final class RwLockCase implements MeasuredCase {

  private static final int READ_PERCENT = 90;

  @Override
  public String name() {
    return "rwlock";
  }

  @Override
  public String summary() {
    return "lock and unlock, all workers (8,32) on one read-write mutex, --read (90) percent to"
        + " read";
  }

  @Override
  public Set<Flag> flags() {
    return MeasuredCase.usualFlagsAnd(Flag.READ);
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(8, 32);
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.of(CommitLimit.alone(2, workers));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    int readPercent = options.numberOr(Flag.READ, READ_PERCENT);
    ReadWriteTurns turns = new ReadWriteTurns();
    try (Crew crew = Crew.assemble(run, workers, Connections.SHARED)) {
      List<BlockingLoad.Worker> loops = new ArrayList<>();
      for (Session session : crew.sessions()) {
        RWMutex mutex = RWMutex.of(session, crew.name("lock"));
        SplittableRandom random = new SplittableRandom(loops.size());
        loops.add(
            () -> {
              if (random.nextInt(100) < readPercent) {
                read(mutex, turns);
              } else {
                write(mutex, turns);
              }
            });
      }
      Window window = Load.measure(new BlockingLoad(crew.threads(), loops), new Probe(), options);
      return Measurement.of(name(), workers, window, turns.violations())
          .with("read_percent", readPercent);
    }
  }

  private static void read(RWMutex mutex, ReadWriteTurns turns) throws InterruptedException {
    LockHold hold = mutex.readLock().lock();
    turns.beginRead(hold.fencingToken().value());
    turns.endRead();
    ExclusiveLock.requireReleased(hold.release());
  }

  private static void write(RWMutex mutex, ReadWriteTurns turns) throws InterruptedException {
    LockHold hold = mutex.writeLock().lock();
    turns.beginWrite(hold.fencingToken().value());
    turns.endWrite();
    ExclusiveLock.requireReleased(hold.release());
  }
}
