package io.coord.cli.bank;

import io.coord.core.Coord;
import io.coord.stm.StmOptions;
import java.time.Duration;
import java.util.List;

/**
 * Runs a bank from its opening to the check of its sum, and leaves nothing behind unless told to.
 */
public final class BankExercise {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Every worker may lose against all the others many times in a row on few accounts. */
  private static final int MAX_ATTEMPTS = 10_000;

  private final BankPlan plan;
  private final String prefix;
  private final Afterwards afterwards;
  private final BankPrinter printer;

  /** What becomes of the accounts in the end. */
  public enum Afterwards {
    /** Those that were opened are deleted, also when something went wrong. */
    DELETE,
    KEEP
  }

  public BankExercise(BankPlan plan, String prefix, Afterwards afterwards, BankPrinter printer) {
    this.plan = plan;
    this.prefix = prefix;
    this.afterwards = afterwards;
    this.printer = printer;
  }

  /**
   * Runs it.
   *
   * @return true when the sum is what it was
   */
  public boolean run(Coord coord) throws InterruptedException {
    StmOptions options = StmOptions.defaults().withMaxAttempts(MAX_ATTEMPTS);
    Bank bank = new Bank(coord, options, prefix, plan.accounts());
    List<Integer> ours = bank.missing();
    try {
      bank.open(ours, plan.initialBalance());
      boolean sumHolds = exercise(bank);
      cleanUp(bank, ours);
      return sumHolds;
    } catch (RuntimeException | InterruptedException e) {
      cleanUpAfter(e, bank, ours);
      throw e;
    }
  }

  private void cleanUp(Bank bank, List<Integer> ours) throws InterruptedException {
    if (afterwards == Afterwards.DELETE) {
      bank.close(ours);
    }
  }

  private void cleanUpAfter(Exception failure, Bank bank, List<Integer> ours) {
    try {
      cleanUp(bank, ours);
    } catch (RuntimeException | InterruptedException e) {
      failure.addSuppressed(
          new IllegalStateException("keys under " + prefix + " could not be deleted", e));
    }
  }

  private boolean exercise(Bank bank) throws InterruptedException {
    printer.begins(plan, prefix);
    long before = sum(bank.balances());
    long start = System.nanoTime();
    try (BankWorkers workers = BankWorkers.start(bank, plan)) {
      while (!workers.await(BETWEEN_LOOKS)) {
        printer.progress(plan, workers.tally(), since(start));
      }
      printer.ends(plan, workers.tally(), since(start));
    }
    List<Long> balances = bank.balances();
    printer.accounts(balances, before);
    return sum(balances) == before;
  }

  private static long sum(List<Long> balances) {
    return balances.stream().mapToLong(Long::longValue).sum();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
