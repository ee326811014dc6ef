package io.coord.cli;

import io.coord.cli.program.LockProgram;
import io.coord.cli.program.RandomTime;
import io.coord.core.Session;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** Shows a mutex at work. */
@Command(
    name = "mutex",
    description = {
      "Acquires a mutex, holds it for a random time, and releases it.",
      "Run it in two terminals to see one wait for the other. Fails if the mutex is lost while it"
          + " is held."
    })
final class MutexCommand extends LockTurnsCommand {

  @Override
  LockProgram program(Session opened, String lock, RandomTime time, Consumer<String> out) {
    return LockProgram.mutex(opened, lock, time, out);
  }
}
