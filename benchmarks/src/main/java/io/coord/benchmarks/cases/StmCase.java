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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bank: each operation is a transaction that reads and writes two accounts, from its first
 * attempt to its commit. In the end the sum is checked, and a replay of all commits.
 */
public final class StmCase implements MeasuredCase {

  static final int ACCOUNTS = 5;
  static final String ATTEMPTS = "attempts";

  /** etcd takes 128 operations in a transaction, and one of them writes a marker. */
  private static final int MOST_ACCOUNTS_TOGETHER = 127;

  private StmCase() {}

  /** All workers are in one process. */
  public static StmCase oneProcess() {
    return new StmCase();
  }

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
    return MeasuredCase.usualFlagsAnd(Flag.ACCOUNTS);
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(1, 10, 64);
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    List<Setting> table =
        List.of(
            row(1, asked, ACCOUNTS).withGoal(1.3),
            row(10, asked, ACCOUNTS).withGoal(3),
            row(64, asked, ACCOUNTS).withGoal(20),
            row(64, asked, 100).withGoal(4),
            row(64, asked, 10_000).withGoal(2.5));
    return asked.given().contains(Flag.WORKERS) || asked.given().contains(Flag.ACCOUNTS)
        ? rows(asked, usualWorkers(), table)
        : table;
  }

  /** What was asked for, with the goals of a table. */
  static List<Setting> rows(BenchOptions asked, List<Integer> usualWorkers, List<Setting> table) {
    return asked.workersOr(usualWorkers).stream()
        .map(workers -> row(workers, asked, accounts(asked)).withGoalFrom(table))
        .toList();
  }

  static Setting row(int workers, BenchOptions asked, int accounts) {
    return Setting.of(workers, asked).with(Flag.ACCOUNTS, accounts);
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
    int workers = setting.workers();
    int together =
        accounts > MOST_ACCOUNTS_TOGETHER ? Math.min(MOST_ACCOUNTS_TOGETHER / 2, workers) : workers;
    int puts = Math.min(2 * together, accounts);
    return Optional.of(CommitLimit.sharing(together, puts + 1));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    try (Crew crew = Crew.assemble(run, 1, Crew.Connections.SHARED)) {
      Bank bank = new Bank(crew.name("account-"), accounts(options));
      bank.open(crew.connection());
      Probe probe = new Probe();
      Load load =
          new BlockingLoad(crew.threads(), tellers(bank, crew.connection(), workers, probe));
      Window window = Load.measure(load, probe, options);
      return measurement(name(), workers, window, bank.audit(crew.connection()));
    }
  }

  /** Workers who make one transfer after another, and count their attempts. */
  static List<BlockingLoad.Worker> tellers(Bank bank, Coord coord, int count, Probe probe) {
    LongAdder attempts = probe.counter(ATTEMPTS);
    return Collections.nCopies(count, () -> attempts.add(bank.transfer(coord)));
  }

  static Measurement measurement(String name, int workers, Window window, Audit audit) {
    return Measurement.of(name, workers, window, audit.violations())
        .with("accounts", audit.accounts())
        .with("attempts_per_op", (double) window.count(ATTEMPTS) / Math.max(1, window.ops()))
        .with("sum_difference", audit.sumDifference())
        .with("replay_differences", audit.replayDifferences());
  }

  static int accounts(BenchOptions options) {
    return options.numberOr(Flag.ACCOUNTS, ACCOUNTS);
  }
}
