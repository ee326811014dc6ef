package io.coord.cli;

import io.coord.cli.program.ElectionProgram;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An election, by hand. */
@Command(
    name = "election",
    description = {
      "Stands in an election and watches it, as it is told.",
      "Reads actions, a line each: elect [VALUE], proclaim [VALUE], resign, watch, unwatch, query,"
          + " rev, help, quit. A campaign goes on in the background; 'resign' ends it. At the end"
          + " of the input it resigns. It is the election of 'etcdctl elect NAME', too."
    })
final class ElectionCommand extends InteractiveCommand {

  @Mixin private SessionOptions session;

  @Option(
      names = "--id",
      paramLabel = "N",
      defaultValue = "0",
      description = "The number of this node, in its values; default ${DEFAULT-VALUE}.")
  private int id;

  @Override
  Opening opening() {
    Duration ttl = session.ttl();
    return (coord, name, out) -> new ElectionProgram(coord, ttl, name, id, out);
  }

  @Override
  String clientName() {
    return super.clientName() + "-" + id;
  }
}
