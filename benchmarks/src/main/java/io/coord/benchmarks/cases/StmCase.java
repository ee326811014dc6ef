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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bank: each operation is a transaction that reads and writes two accounts, from its first
 * attempt to its commit.
 */
public final class StmCase implements BenchCase {

  private static final int ACCOUNTS = 5;
  private static final String ATTEMPTS = "attempts";

  @Override
  public String name() {
    return "stm";
  }

  @Override
  public String summary() {
    return "transfers between --accounts (5) by --workers (1,10,64); commits, attempts, the sum";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.ENDPOINTS, Flag.WORKERS, Flag.SECONDS, Flag.WARMUP, Flag.ACCOUNTS);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    int accounts = run.options().numberOr(Flag.ACCOUNTS, ACCOUNTS);
    for (int workers : run.options().workersOr(List.of(1, 10, 64))) {
      try (Coord coord = run.connect();
          Scratch scratch = Scratch.in(coord)) {
        Bank bank = new Bank(coord, scratch.key("account-"), accounts);
        bank.open();
        measure(run, bank, workers, accounts);
      }
    }
  }

  private void measure(BenchRun run, Bank bank, int workers, int accounts)
      throws InterruptedException {
    Probe probe = new Probe();
    LongAdder attempts = probe.counter(ATTEMPTS);
    BlockingLoad.Worker worker = () -> attempts.add(bank.transfer());
    Window window =
        Load.measure(new BlockingLoad(Collections.nCopies(workers, worker)), probe, run.options());
    long difference = bank.difference();
    long replayed = bank.replayDifferences();
    run.report(
        Measurement.of(name(), workers, window, (difference == 0 ? 0 : 1) + replayed)
            .with("accounts", accounts)
            .with("attempts_per_op", (double) window.count(ATTEMPTS) / Math.max(1, window.ops()))
            .with("sum_difference", difference)
            .with("replay_differences", replayed));
  }
}
