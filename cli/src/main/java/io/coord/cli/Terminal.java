package io.coord.cli;

import io.coord.cli.bank.BankPrinter.Style;

/** Whether somebody watches. */
final class Terminal {

  /** Set by the starting script, which can tell: {@code System.console()} cannot from JDK 22 on. */
  private static final String PROPERTY = "coord.terminal";

  private Terminal() {}

  static Style style() {
    return Boolean.getBoolean(PROPERTY) ? Style.LIVE : Style.LINES;
  }
}
