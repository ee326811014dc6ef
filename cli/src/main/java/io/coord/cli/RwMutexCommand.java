package io.coord.cli;

import io.coord.cli.program.RandomTime;
import io.coord.cli.program.RwMutexProgram;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A read-write mutex, by hand. */
@Command(
    name = "rwmutex",
    description = {
      "Acquires the sides of a read-write mutex, as it is told.",
      "Reads actions, a line each: r and w acquire the read and the write lock, hold it for a"
          + " random time, and release it; release does that early, or ends a wait; help; quit."
          + " Each turn goes on in the background. At the end of the input it lets them finish."
    })
final class RwMutexCommand extends InteractiveCommand {

  @Mixin private SessionOptions session;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "10s",
      description = "The longest time that a lock is held; default ${DEFAULT-VALUE}.")
  private Duration hold;

  @Override
  Opening opening() {
    Duration ttl = session.ttl();
    RandomTime time = new RandomTime(hold);
    return (coord, name, out) -> new RwMutexProgram(coord, ttl, name, time, out);
  }
}
