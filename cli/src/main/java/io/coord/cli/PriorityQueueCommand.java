package io.coord.cli;

import io.coord.cli.program.QueueProgram;
import picocli.CommandLine.Command;

/** A priority queue, by hand. */
@Command(
    name = "pqueue",
    description = {
      "Pushes values into a priority queue and pops them, as it is told.",
      "Reads actions, a line each: push VALUE PRIORITY, 0 to 65535, of which 0 leaves first; pop"
          + " takes the first value and prints it, and waits for one in the background; help; quit."
          + " At the end of the input it lets pops finish."
    })
final class PriorityQueueCommand extends InteractiveCommand {

  @Override
  Opening opening() {
    return QueueProgram::byPriority;
  }
}
