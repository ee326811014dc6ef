package io.coord.cli;

import io.coord.cli.bank.BankExercise;
import io.coord.cli.bank.BankExercise.Afterwards;
import io.coord.cli.bank.BankPlan;
import io.coord.cli.bank.BankPrinter;
import io.coord.core.Coord;
import java.security.SecureRandom;
import java.util.HexFormat;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** What the commands that run the bank share. */
final class BankCommand {

  static final long INITIAL_BALANCE = 100;

  private static final SecureRandom RANDOM = new SecureRandom();

  private BankCommand() {}

  static long newSeed() {
    return RANDOM.nextLong();
  }

  /** A place for the accounts that nobody else uses. */
  static String newPrefix() {
    return newPrefix("coord-bank/");
  }

  /** A place in another that nobody else uses. */
  static String newPrefix(String place) {
    return place + HexFormat.of().toHexDigits(RANDOM.nextLong()) + "/";
  }

  /** Runs the bank; gives the exit code. */
  static int run(
      CommandLine command, Coord coord, BankPlan plan, String prefix, Afterwards afterwards)
      throws InterruptedException {
    BankPrinter printer = new BankPrinter(command.getOut(), Terminal.style());
    boolean sumHolds = new BankExercise(plan, prefix, afterwards, printer).run(coord);
    return sumHolds ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
