package io.coord.cli;

import io.coord.cli.program.RandomTime;
import io.coord.cli.program.RwMutexProgram;
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

/** A read-write mutex, by hand. */
@Command(
    name = "rwmutex",
    description = {
      "Acquires the sides of a read-write mutex, as it is told.",
      "Reads actions, a line each: r and w acquire the read and the write lock, hold it for a"
          + " random time, and release it; release does that early, or ends a wait; help; quit."
          + " Each turn goes on in the background. At the end of the input it lets them finish."
    })
final class RwMutexCommand implements Callable<Integer> {

  private final InputStream in;

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The read-write mutex; also that of etcd's Go recipe.")
  private String name;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "10s",
      description = "The longest time that a lock is held; default ${DEFAULT-VALUE}.")
  private Duration hold;

  RwMutexCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration ttl = session.ttl();
    RandomTime time = new RandomTime(hold);
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect("coord-rwmutex");
              Dialogue dialogue = Terminal.dialogue(in, spec.commandLine().getOut());
              RwMutexProgram program =
                  new RwMutexProgram(coord, ttl, name, time, new Timestamps(dialogue::say))) {
            if (new Shell(dialogue, program.actions()).run() == Shell.End.END_OF_INPUT) {
              program.awaitTurns();
            }
            return ExitCode.OK;
          }
        });
  }
}
