package io.coord.cli;

import io.coord.cli.program.LockProgram;
import io.coord.cli.program.RandomTime;
import io.coord.core.Session;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** Shows a lock that belongs to a thread at work. */
@Command(
    name = "locker",
    description = {
      "Acquires a java.util.concurrent.locks.Lock, holds it for a random time, and releases it.",
      "Run it in two terminals to see one wait for the other. Fails if the lock is lost while it"
          + " is held."
    })
final class LockerCommand extends LockTurnsCommand {

  @Override
  LockProgram program(Session opened, String lock, RandomTime time, Consumer<String> out) {
    return LockProgram.locker(opened, lock, time, out);
  }
}
