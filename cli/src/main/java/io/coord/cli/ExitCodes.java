package io.coord.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** The exit codes of the commands that hold something for others, after those of timeout(1). */
final class ExitCodes {

  static final int LOST = 123;
  static final int TIMED_OUT = 124;
  static final int FAILED = 125;
  static final int NOT_EXECUTABLE = 126;
  static final int NOT_FOUND = 127;

  private ExitCodes() {}

  /** Tells the user why, and gives the code that says so to programs. */
  static int failed(CommandSpec spec, int exitCode, String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("coord: " + message);
    err.flush();
    return exitCode;
  }
}
