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
        "%d accounts of %d under %s, %d workers %s, seed %d%n",
        plan.accounts(), plan.initialBalance(), prefix, plan.workers(), plan.extent(), plan.seed());
    out.flush();
  }

  public void progress(BankPlan plan, BankSight sight) {
    switch (style) {
      case LIVE -> out.print("\r" + text(plan, sight));
      case LINES -> {
        if (sight.elapsed().minus(lastLine).compareTo(BETWEEN_LINES) >= 0) {
          lastLine = sight.elapsed();
          out.println(text(plan, sight));
        }
      }
    }
    out.flush();
  }

  public void ends(BankPlan plan, BankSight sight) {
    String line = text(plan, sight);
    out.println(style == Style.LIVE ? "\r" + line : line);
    out.flush();
  }

  /** A reader has seen what no transfer may bring about. */
  public void wrongSum(long found, long expected) {
    out.printf("a reader found the sum %d, expected %d%n", found, expected);
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

  private static String text(BankPlan plan, BankSight sight) {
    String commits =
        plan.extent() instanceof Extent.Transfers transfers
            ? sight.commits() + " of " + (long) plan.workers() * transfers.ofEach()
            : Long.toString(sight.commits());
    return String.format(
        Locale.ROOT,
        "%s commits, %d conflicts, sum %d, %.2f s",
        commits,
        sight.conflicts(),
        sight.sum(),
        sight.elapsed().toNanos() / 1e9);
  }
}
