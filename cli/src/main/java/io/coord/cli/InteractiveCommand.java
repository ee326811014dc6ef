package io.coord.cli;

import io.coord.cli.program.Program;
import io.coord.cli.program.Timestamps;
import io.coord.cli.shell.Dialogue;
import io.coord.cli.shell.Shell;
import io.coord.core.Coord;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A primitive by hand: what all commands have in common that read actions, a line each. */
@Command
abstract class InteractiveCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private Input input;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The name that all who take part give, those of etcd's Go packages too.")
  private String name;

  /** How a program begins, once there is a connection. */
  interface Opening {
    Program open(Coord coord, String name, Consumer<String> out);
  }

  /** The program, as the options want it; those that make no sense are usage errors. */
  abstract Opening opening();

  CommandSpec spec() {
    return spec;
  }

  /** What the connection is called. */
  String clientName() {
    return "coord-" + spec.name();
  }

  @Override
  public final Integer call() throws InterruptedException {
    Opening opening = opening();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect(clientName());
              Dialogue dialogue = input.dialogue(spec.commandLine().getOut());
              Program program = opening.open(coord, name, new Timestamps(dialogue::say))) {
            if (new Shell(dialogue, program.actions()).run() == Shell.End.END_OF_INPUT) {
              program.awaitEnd();
            }
            return ExitCode.OK;
          }
        });
  }
}
