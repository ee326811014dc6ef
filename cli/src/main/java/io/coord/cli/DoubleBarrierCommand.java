package io.coord.cli;

import io.coord.cli.program.DoubleBarrierProgram;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A double barrier, by hand. */
@Command(
    name = "dbarrier",
    description = {
      "Enters and leaves a double barrier, as it is told.",
      "Reads actions, a line each: enter waits until as many have entered as the barrier takes,"
          + " leave until all of them have left; help; quit. Each waits in the background, and"
          + " begins when the one before it is over. At the end of the input it lets them finish."
    })
final class DoubleBarrierCommand extends InteractiveCommand {

  @Mixin private SessionOptions session;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      defaultValue = "2",
      description = "How many it takes; all have to say the same; default ${DEFAULT-VALUE}.")
  private int count;

  @Override
  Opening opening() {
    Duration ttl = session.ttl();
    if (count < 1) {
      throw new ParameterException(
          spec().commandLine(), "--count is " + count + "; expected at least 1");
    }
    return (coord, name, out) -> new DoubleBarrierProgram(coord, ttl, name, count, out);
  }
}
