package io.coord.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.cli.bank.BankPrinter.Style;
import io.coord.stm.Isolation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BankPrinterTest {

  private final StringWriter out = new StringWriter();

  private static BankPlan plan(Extent extent) {
    return new BankPlan(5, 100, 10, extent, Isolation.SERIALIZABLE_SNAPSHOT, 1);
  }

  private static BankSight sight(long commits, int millis) {
    return new BankSight(commits, 7, 500, Duration.ofMillis(millis));
  }

  @Test
  void progress_onATerminal_isOneLineThatChanges() {
    BankPrinter printer = new BankPrinter(new PrintWriter(out), Style.LIVE);

    printer.progress(plan(new Extent.Transfers(100)), sight(3, 100));
    printer.ends(plan(new Extent.Transfers(100)), sight(1000, 200));

    assertThat(out.toString())
        .isEqualTo(
            "\r3 of 1000 commits, 7 conflicts, sum 500, 0.10 s"
                + "\r1000 of 1000 commits, 7 conflicts, sum 500, 0.20 s"
                + System.lineSeparator());
  }

  @Test
  void progress_elsewhere_isALineASecond() {
    BankPrinter printer = new BankPrinter(new PrintWriter(out), Style.LINES);
    BankPlan plan = plan(new Extent.Time(Duration.ofSeconds(5)));

    for (int millis = 100; millis <= 2100; millis += 100) {
      printer.progress(plan, sight(millis, millis));
    }

    assertThat(out.toString().lines())
        .containsExactly(
            "1000 commits, 7 conflicts, sum 500, 1.00 s",
            "2000 commits, 7 conflicts, sum 500, 2.00 s");
  }
}
