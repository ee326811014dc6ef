package io.coord.cli.bank;

import io.coord.core.Coord;
import io.coord.stm.CommitSharing;
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
   * @return true when the sum is what it was, and was so whenever the reader looked
   */
  public boolean run(Coord coord) throws InterruptedException {
    StmOptions options = StmOptions.defaults().withMaxAttempts(MAX_ATTEMPTS);
    Bank bank = new Bank(coord, options, prefix, plan.accounts());
    Bank tellers =
        new Bank(coord, options.withIsolation(plan.isolation()), prefix, plan.accounts());
    // By itself, as somebody in another process would read.
    Bank reader =
        new Bank(coord, options.withCommitSharing(CommitSharing.NEVER), prefix, plan.accounts());
    List<Integer> ours = bank.missing();
    try {
      bank.open(ours, plan.initialBalance());
      boolean sumHolds = exercise(tellers, reader);
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

  private boolean exercise(Bank tellers, Bank reader) throws InterruptedException {
    printer.begins(plan, prefix);
    long before = sum(reader.balances());
    boolean sumHolds = true;
    long start = System.nanoTime();
    try (BankWorkers workers = BankWorkers.start(tellers, plan)) {
      boolean done = false;
      while (!done) {
        done = workers.await(BETWEEN_LOOKS);
        BankSight sight = look(workers.tally(), reader, start);
        if (sight.sum() != before && sumHolds) {
          sumHolds = false;
          printer.wrongSum(sight.sum(), before);
        }
        if (done) {
          printer.ends(plan, sight);
        } else {
          printer.progress(plan, sight);
        }
      }
    }
    List<Long> balances = reader.balances();
    printer.accounts(balances, before);
    return sumHolds && sum(balances) == before;
  }

  private static BankSight look(BankTally tally, Bank reader, long start)
      throws InterruptedException {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    long sum = sum(reader.balances());
    return new BankSight(tally.transfers(), tally.conflicts(), sum, elapsed);
  }

  private static long sum(List<Long> balances) {
    return balances.stream().mapToLong(Long::longValue).sum();
  }
}
