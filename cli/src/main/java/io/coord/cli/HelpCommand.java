package io.coord.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what {@code --help} says, for those who ask in words. */
@Command(name = "help", description = "Says what a command does, and what can be given.")
final class HelpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Which one; default all.")
  private Optional<String> command = Optional.empty();

  @Override
  public Integer call() {
    CommandLine coord = spec.parent().commandLine();
    asked(coord).usage(spec.commandLine().getOut());
    return ExitCode.OK;
  }

  private CommandLine asked(CommandLine coord) {
    return command
        .map(
            name ->
                Optional.ofNullable(coord.getSubcommands().get(name))
                    .orElseThrow(() -> new UnmatchedArgumentException(coord, List.of(name))))
        .orElse(coord);
  }
}
