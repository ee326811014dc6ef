package io.coord.cli;

import io.coord.cli.program.ElectionProgram;
import io.coord.cli.program.Timestamps;
import io.coord.cli.shell.Dialogue;
import io.coord.cli.shell.Shell;
import io.coord.core.Coord;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An election, by hand. */
@Command(
    name = "election",
    description = {
      "Stands in an election and watches it, as it is told.",
      "Reads actions, a line each: elect [VALUE], proclaim [VALUE], resign, watch, unwatch, query,"
          + " rev, help, quit. A campaign goes on in the background; 'resign' ends it. At the end"
          + " of the input it resigns."
    })
final class ElectionCommand implements Callable<Integer> {

  private final InputStream in;

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The election; also that of 'etcdctl elect NAME'.")
  private String name;

  @Option(
      names = "--id",
      paramLabel = "N",
      defaultValue = "0",
      description = "The number of this node, in its values; default ${DEFAULT-VALUE}.")
  private int id;

  ElectionCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration ttl = session.ttl();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect("coord-election-" + id);
              Dialogue dialogue = Terminal.dialogue(in, spec.commandLine().getOut());
              ElectionProgram program =
                  new ElectionProgram(coord, ttl, name, id, new Timestamps(dialogue::say))) {
            Shell.End unused = new Shell(dialogue, program.actions()).run();
            return ExitCode.OK;
          }
        });
  }
}
