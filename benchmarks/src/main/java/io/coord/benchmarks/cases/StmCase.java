package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Bank.Audit;
import io.coord.core.Coord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bank: each operation is a transaction that reads and writes two accounts, from its first
 * attempt to its commit. In the end the sum is checked, and a replay of all commits.
 */
public final class StmCase implements MeasuredCase {

  private static final int ACCOUNTS = 5;
  private static final String ATTEMPTS = "attempts";

  /** Until the workers have been at most of many accounts, which is slower the first time. */
  private static final Duration MANY_ACCOUNTS_KNOWN = Duration.ofSeconds(4);

  /** etcd takes 128 operations in a transaction, and one of them writes a marker. */
  private static final int MOST_ACCOUNTS_TOGETHER = 127;

  private final String name;
  private final int connections;

  private StmCase(String name, int connections) {
    this.name = name;
    this.connections = connections;
  }

  /** All workers are in one process. */
  public static StmCase oneProcess() {
    return new StmCase("stm", 1);
  }

  /** Half of the workers are on a connection of their own each, and share nothing else. */
  public static StmCase twoProcesses() {
    return new StmCase("stm-procs", 2);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return connections == 1
        ? "transfers between --accounts (5) by --workers (1,10,64); commits, attempts, the sum"
        : "the same, half of the workers (64) on each of two connections, as processes are";
  }

  @Override
  public Set<Flag> flags() {
    Set<Flag> flags = EnumSet.copyOf(MeasuredCase.super.flags());
    flags.add(Flag.ACCOUNTS);
    return flags;
  }

  @Override
  public List<Integer> usualWorkers() {
    return connections == 1 ? List.of(1, 10, 64) : List.of(64);
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    if (asked.given().contains(Flag.WORKERS) || asked.given().contains(Flag.ACCOUNTS)) {
      return MeasuredCase.super.settings(asked);
    }
    if (connections > 1) {
      return List.of(Setting.of(64, asked).withGoal(5));
    }
    return List.of(
        Setting.of(1, asked).withGoal(1.3),
        Setting.of(10, asked).withGoal(3),
        Setting.of(64, asked).withGoal(20),
        Setting.of(64, asked).with(Flag.ACCOUNTS, 100).withGoal(4),
        Setting.of(64, asked)
            .with(Flag.ACCOUNTS, 10_000)
            .with(Flag.WARMUP, atLeast(MANY_ACCOUNTS_KNOWN, asked.warmup()))
            .withGoal(2.5));
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return limit(Setting.of(workers, BenchOptions.defaults()));
  }

  /**
   * All transfers of a process share a commit, which writes each account once at most, and a
   * marker; on the same accounts one commit is under way at a time, whoever's it is.
   */
  @Override
  public Optional<CommitLimit> limit(Setting setting) {
    int accounts = accounts(setting.options());
    int workers = setting.workers() / connections;
    int together =
        accounts > MOST_ACCOUNTS_TOGETHER ? Math.min(MOST_ACCOUNTS_TOGETHER / 2, workers) : workers;
    int puts = Math.min(2 * together, accounts);
    return Optional.of(CommitLimit.sharing(together, puts + 1));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    int accounts = accounts(options);
    try (Crew crew = Crew.assemble(run, connections, Crew.Connections.OWN)) {
      Bank bank = new Bank(crew.name("account-"), accounts);
      bank.open(crew.connection());
      Probe probe = new Probe();
      Load load = new BlockingLoad(tellers(bank, crew.workers(), workers, probe));
      Window window = Load.measure(load, probe, options);
      Audit audit = bank.audit(crew.connection());
      return Measurement.of(name, workers, window, audit.violations())
          .with("accounts", accounts)
          .with("attempts_per_op", (double) window.count(ATTEMPTS) / Math.max(1, window.ops()))
          .with("sum_difference", audit.sumDifference())
          .with("replay_differences", audit.replayDifferences());
    }
  }

  private static List<BlockingLoad.Worker> tellers(
      Bank bank, List<Coord> over, int count, Probe probe) {
    LongAdder attempts = probe.counter(ATTEMPTS);
    List<BlockingLoad.Worker> tellers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Coord coord = over.get(i % over.size());
      tellers.add(() -> attempts.add(bank.transfer(coord)));
    }
    return tellers;
  }

  private static Duration atLeast(Duration least, Duration asked) {
    return asked.compareTo(least) < 0 ? least : asked;
  }

  private static int accounts(BenchOptions options) {
    return options.numberOr(Flag.ACCOUNTS, ACCOUNTS);
  }
}
