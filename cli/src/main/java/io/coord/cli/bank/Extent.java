package io.coord.cli.bank;

import java.math.BigDecimal;
import java.time.Duration;

/** For how long the workers go on. */
public sealed interface Extent {

  /** Each makes a number of transfers. */
  record Transfers(int ofEach) implements Extent {

    public Transfers {
      if (ofEach < 0) {
        throw new IllegalArgumentException(
            "the number of transfers is " + ofEach + "; expected at least 0");
      }
    }

    @Override
    public String toString() {
      return "x " + ofEach + " transfers";
    }
  }

  /** All go on for a time. */
  record Time(Duration length) implements Extent {

    public Time {
      if (length.isNegative() || length.isZero()) {
        throw new IllegalArgumentException(
            "the time is " + seconds(length) + " s; expected more than 0");
      }
    }

    @Override
    public String toString() {
      return "for " + seconds(length) + " s";
    }

    private static String seconds(Duration length) {
      BigDecimal seconds = BigDecimal.valueOf(length.toNanos(), 9).stripTrailingZeros();
      return seconds.toPlainString();
    }
  }
}
