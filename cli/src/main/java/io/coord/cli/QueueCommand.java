package io.coord.cli;

import io.coord.cli.program.QueueProgram;
import picocli.CommandLine.Command;

/** A queue, by hand. */
@Command(
    name = "queue",
    description = {
      "Pushes values into a queue and pops them, as it is told.",
      "Reads actions, a line each: push VALUE; pop takes the first value and prints it, and waits"
          + " for one in the background; help; quit. At the end of the input it lets pops finish."
    })
final class QueueCommand extends InteractiveCommand {

  @Override
  Opening opening() {
    return QueueProgram::firstInFirstOut;
  }
}
