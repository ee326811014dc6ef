package io.coord.cli;

import io.coord.cli.program.LockProgram;
import io.coord.cli.program.RandomTime;
import io.coord.cli.program.Timestamps;
import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a lock at work: what all commands have in common that take turns at one. */
@Command
abstract class LockTurnsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Mixin private TurnOptions turns;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The lock; also that of 'etcdctl lock NAME'.")
  private String name;

  /** What is done in each turn. */
  abstract LockProgram program(Session opened, String lock, RandomTime time, Consumer<String> out);

  @Override
  public final Integer call() throws InterruptedException {
    Duration ttl = session.ttl();
    turns.check();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect("coord-" + spec.name());
              Session opened = coord.openSession(ttl)) {
            Timestamps out = Timestamps.on(spec.commandLine().getOut());
            turns.repeat(program(opened, name, turns.time(), out)::run);
            return ExitCode.OK;
          }
        });
  }
}
