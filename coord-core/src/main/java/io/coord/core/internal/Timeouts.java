package io.coord.core.internal;

import java.time.Duration;

/** The rule for timeouts that users give: zero or more; what is longer than a century is one. */
public final class Timeouts {

  private static final Duration CENTURY = Duration.ofDays(36_525);

  private Timeouts() {}

  /** Checks a timeout, and gives it in a length that fits a count of nanoseconds. */
  public static Duration check(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the timeout is " + timeout + "; expected zero or a positive duration");
    }
    return timeout.compareTo(CENTURY) > 0 ? CENTURY : timeout;
  }
}
