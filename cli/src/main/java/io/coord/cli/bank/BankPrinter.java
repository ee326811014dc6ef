package io.coord.cli.bank;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Says how the bank is doing: on a terminal in one line that changes, else in lines of their own.
 */
public final class BankPrinter {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

  private final PrintWriter out;
  private final Style style;
  private Duration lastLine = Duration.ZERO;

  /** How progress is shown. */
  public enum Style {
    LIVE,
    LINES
  }

  public BankPrinter(PrintWriter out, Style style) {
    this.out = out;
    this.style = style;
  }

  public void begins(BankPlan plan, String prefix) {
    out.printf(
        "%d accounts of %d under %s, %d workers x %d transfers, seed %d%n",
        plan.accounts(),
        plan.initialBalance(),
        prefix,
        plan.workers(),
        plan.transfers(),
        plan.seed());
    out.flush();
  }

  public void progress(BankPlan plan, BankTally tally, Duration elapsed) {
    switch (style) {
      case LIVE -> out.print("\r" + progressText(plan, tally, elapsed));
      case LINES -> {
        if (elapsed.minus(lastLine).compareTo(BETWEEN_LINES) >= 0) {
          lastLine = elapsed;
          out.println(progressText(plan, tally, elapsed));
        }
      }
    }
    out.flush();
  }

  public void ends(BankPlan plan, BankTally tally, Duration elapsed) {
    String line = progressText(plan, tally, elapsed);
    out.println(style == Style.LIVE ? "\r" + line : line);
    out.flush();
  }

  public void accounts(List<Long> balances, long expected) {
    for (int i = 0; i < balances.size(); i++) {
      out.printf("account %d: %d%n", i, balances.get(i));
    }
    long sum = balances.stream().mapToLong(Long::longValue).sum();
    out.printf("sum: %d, %s%n", sum, sum == expected ? "as it was" : "WRONG, expected " + expected);
    out.flush();
  }

  private static String progressText(BankPlan plan, BankTally tally, Duration elapsed) {
    double seconds = elapsed.toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%d of %d transfers, %d conflicts, %.2f s",
        tally.transfers(),
        plan.allTransfers(),
        tally.conflicts(),
        seconds);
  }
}
