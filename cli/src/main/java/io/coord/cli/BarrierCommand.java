package io.coord.cli;

import io.coord.cli.program.BarrierProgram;
import picocli.CommandLine.Command;

/** A barrier, by hand. */
@Command(
    name = "barrier",
    description = {
      "Holds and releases a barrier and waits at it, as it is told.",
      "Reads actions, a line each: hold, release, wait (in the background, until it is released),"
          + " help, quit. At the end of the input it lets waits finish. A barrier stays held when"
          + " this program ends."
    })
final class BarrierCommand extends InteractiveCommand {

  @Override
  Opening opening() {
    return BarrierProgram::new;
  }
}
