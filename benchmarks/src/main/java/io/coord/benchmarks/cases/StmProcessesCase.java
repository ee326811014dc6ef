package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The same bank with half of the workers in each of two processes, which begin to measure together.
 * The accounts are opened, and looked at in the end, from here.
 */
public final class StmProcessesCase implements MeasuredCase {

  private static final int PROCESSES = 2;

  @Override
  public String name() {
    return "stm-procs";
  }

  @Override
  public String summary() {
    return "the same, half of the workers (64) in each of two processes";
  }

  @Override
  public Set<Flag> flags() {
    return StmCase.oneProcess().flags();
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(64);
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    List<Setting> table = List.of(StmCase.row(64, asked, StmCase.ACCOUNTS).withGoal(5));
    return StmCase.rows(asked, usualWorkers(), table);
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return limit(Setting.of(workers, BenchOptions.defaults()));
  }

  /** On the same accounts one commit is under way at a time, whichever process it is of. */
  @Override
  public Optional<CommitLimit> limit(Setting setting) {
    return StmCase.oneProcess().limit(Setting.of(setting.workers() / PROCESSES, setting.options()));
  }

  /** Each measurement has JVMs of its own, which have run nothing before. */
  @Override
  public BenchOptions rehearse(BenchRun run, BenchOptions options, int workers) {
    return options.withoutRehearsal();
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    return measure(name(), TellerMain.command(), run, options, workers);
  }

  @Override
  public Measurement measurePeer(GoPeer peer, BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    return measure(name() + "-go", peer.tellers(), run, options, workers);
  }

  private static Measurement measure(
      String name, List<String> command, BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    if (workers < PROCESSES) {
      throw new BenchException(
          "--workers is " + workers + "; expected at least 2, one for each process");
    }
    int accounts = StmCase.accounts(options);
    try (Crew crew = Crew.assemble(run, 1, Crew.Connections.SHARED)) {
      Bank bank = new Bank(crew.name("account-"), accounts);
      bank.open(crew.connection());
      List<TellerPlan> plans = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        int its = (workers + i) / PROCESSES;
        plans.add(TellerPlan.of(crew.connection().config(), bank.prefix(), accounts, its, options));
      }
      List<TellerReport> reports = measureTogether(command, plans);
      reports.forEach(report -> bank.journal().enterAll(report.transfers()));
      Window window = Window.together(reports.stream().map(TellerReport::window).toList());
      return StmCase.measurement(name, workers, window, bank.audit(crew.connection()));
    }
  }

  /** Runs a process for each plan; when all are warm, all begin to measure. */
  private static List<TellerReport> measureTogether(List<String> command, List<TellerPlan> plans)
      throws InterruptedException {
    List<TellerProcess> processes = new ArrayList<>();
    try {
      for (TellerPlan plan : plans) {
        processes.add(TellerProcess.start(command, plan));
      }
      for (TellerProcess process : processes) {
        process.awaitWarm();
      }
      processes.forEach(TellerProcess::go);
      List<TellerReport> reports = new ArrayList<>();
      for (TellerProcess process : processes) {
        reports.add(process.awaitReport());
      }
      return reports;
    } finally {
      processes.forEach(TellerProcess::close);
    }
  }
}
