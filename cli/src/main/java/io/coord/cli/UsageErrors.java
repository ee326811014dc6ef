package io.coord.cli;

import static java.util.stream.Collectors.joining;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what was wrong with the arguments: exit code 2, no stack trace, no page of help. */
final class UsageErrors implements IParameterExceptionHandler {

  /** Gives an argument that is looked at before anything begins; a bad one is a usage error. */
  static <T> T check(CommandSpec command, Supplier<T> argument) {
    try {
      return argument.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), Objects.toString(e.getMessage()), e);
    }
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("coord: " + describe(wrong));
    String name = command.getCommandSpec().qualifiedName();
    err.println("Try '" + name + " --help' for what can be given.");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String parameters(CommandLine command) {
    List<PositionalParamSpec> parameters = command.getCommandSpec().positionalParameters();
    return parameters.isEmpty()
        ? "options only"
        : "only "
            + parameters.stream().map(PositionalParamSpec::paramLabel).collect(joining(" "))
            + " and options";
  }

  private static String describe(ParameterException wrong) {
    Set<String> commands = wrong.getCommandLine().getSubcommands().keySet();
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !commands.isEmpty()) {
      return "unknown command '"
          + unmatched.getUnmatched().get(0)
          + "'; expected one of "
          + commands;
    }
    if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      return "there is no place for '"
          + unmatched.getUnmatched().get(0)
          + "'; expected "
          + parameters(wrong.getCommandLine());
    }
    return String.valueOf(wrong.getMessage());
  }
}
