package io.coord.cli;

import io.coord.cli.program.RandomTime;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How often a lock is taken, and for how long; the same options for every command that shows one.
 */
final class TurnOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often it is acquired; default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "30s",
      description = "The longest time that it is held; default ${DEFAULT-VALUE}.")
  private Duration hold;

  /** What is done in each turn. */
  interface Turn {
    void take() throws InterruptedException;
  }

  RandomTime time() {
    return new RandomTime(hold);
  }

  /** Refuses a count that makes no sense; to be called before anything begins. */
  void check() {
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "--count is " + count + "; expected at least 1");
    }
  }

  void repeat(Turn turn) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      turn.take();
    }
  }
}
