package io.coord.cli;

import io.coord.cli.shell.FailureText;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Says why a command failed: its exit code, which is 1 unless the command says otherwise, and a
 * stack trace only when it was asked for.
 */
final class Failures implements IExecutionExceptionHandler {

  private final CoordCommand root;

  Failures(CoordCommand root) {
    this.root = root;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("coord: " + FailureText.of(failure));
    for (Throwable suppressed : failure.getSuppressed()) {
      if (suppressed instanceof IllegalStateException) {
        err.println("coord: " + FailureText.of(suppressed));
      }
    }
    if (root.isVerbose()) {
      failure.printStackTrace(err);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
