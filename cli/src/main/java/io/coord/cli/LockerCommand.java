package io.coord.cli;

import io.coord.cli.program.LockProgram;
import io.coord.cli.program.Timestamps;
import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a lock that belongs to a thread at work. */
@Command(
    name = "locker",
    description = {
      "Acquires a java.util.concurrent.locks.Lock, holds it for a random time, and releases it.",
      "Run it in two terminals to see one wait for the other. Fails if the lock is lost while it"
          + " is held."
    })
final class LockerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Mixin private TurnOptions turns;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The lock; also that of 'etcdctl lock NAME'.")
  private String name;

  @Override
  public Integer call() throws InterruptedException {
    Duration ttl = session.ttl();
    turns.check();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect("coord-locker");
              Session opened = coord.openSession(ttl)) {
            Timestamps out = Timestamps.on(spec.commandLine().getOut());
            LockProgram program = LockProgram.locker(opened, name, turns.time(), out);
            turns.repeat(program::run);
            return ExitCode.OK;
          }
        });
  }
}
