package io.coord.cli;

import io.coord.cli.bank.BankPrinter.Style;
import io.coord.cli.shell.Dialogue;
import java.io.InputStream;
import java.io.PrintWriter;

/**
 * Whether somebody is there. The starting script says so, which can tell: {@code System.console()}
 * cannot from JDK 22 on.
 */
final class Terminal {

  /** Somebody watches. */
  private static final String OUT = "coord.terminal";

  /** Somebody watches and types. */
  private static final String IN_AND_OUT = "coord.terminal.input";

  private Terminal() {}

  static Style style() {
    return Boolean.getBoolean(OUT) ? Style.LIVE : Style.LINES;
  }

  /** A dialogue with whoever is there. */
  static Dialogue dialogue(InputStream in, PrintWriter out) {
    return Boolean.getBoolean(IN_AND_OUT) ? Dialogue.onTerminal() : Dialogue.onStreams(in, out);
  }
}
