package io.coord.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says why a command failed: exit code 1, and a stack trace only when it was asked for. */
final class Failures implements IExecutionExceptionHandler {

  private final CoordCommand root;

  Failures(CoordCommand root) {
    this.root = root;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("coord: " + describe(failure));
    for (Throwable suppressed : failure.getSuppressed()) {
      if (suppressed instanceof IllegalStateException) {
        err.println("coord: " + describe(suppressed));
      }
    }
    if (root.isVerbose()) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String describe(Throwable failure) {
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
  }
}
