package io.coord.cli;

import io.coord.it.torture.real.RealTorture;
import io.coord.it.torture.real.RealTortureOptions;
import io.coord.it.torture.simulated.Primitive;
import io.coord.it.torture.simulated.SimulatedTorture;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries to break every promise of the library. */
@Command(
    name = "torture",
    description = {
      "Uses every primitive at random while everything fails that can fail, and checks that nothing"
          + " is granted twice and nothing is lost.",
      "With --simulated it runs on a simulated etcd in virtual time, each run from a seed; at the"
          + " first broken rule it prints the seed and the shortest history found, and fails.",
      "With --minutes it runs on real members, with clients in processes of their own; members and"
          + " clients are killed, frozen and cut off meanwhile. Afterwards the histories that the"
          + " clients wrote are checked; --check does that again."
    })
final class TortureCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--simulated", description = "On a simulated etcd, without any real one.")
  private boolean simulated;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Simulated: how many runs; default 1000.")
  private Optional<Integer> runs = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The seed; simulated: of the first run, default 1; real: default at random.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PRIMITIVE",
      description = "What to try, such as mutex,queue,stm; default all.")
  private List<String> only = List.of();

  @Mixin private RealTortureFlags real;

  @Override
  public Integer call() throws InterruptedException {
    boolean isCheck = real.toCheck().isPresent();
    if (Stream.of(simulated, real.isRun(), isCheck).filter(given -> given).count() != 1) {
      throw new ParameterException(
          spec.commandLine(),
          "where to run was not given, or twice; expected one of --simulated, --minutes M, and"
              + " --check DIR");
    }
    return simulated ? onASimulatedEtcd() : onRealMembers();
  }

  private int onRealMembers() throws InterruptedException {
    try {
      if (real.toCheck().isPresent()) {
        return exitCode(RealTorture.check(real.toCheck().get(), this::say));
      }
      RealTortureOptions options = real.options(seed, only);
      return Interruption.guard(() -> exitCode(RealTorture.run(options, this::say)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), Objects.toString(e.getMessage()), e);
    }
  }

  private static int exitCode(int violations) {
    return violations == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private int onASimulatedEtcd() throws InterruptedException {
    SimulatedTorture torture = simulatedTorture();
    return Interruption.guard(
        () -> torture.run(spec.commandLine().getOut()).isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE);
  }

  private SimulatedTorture simulatedTorture() {
    try {
      List<Primitive> primitives =
          only.isEmpty()
              ? List.of(Primitive.values())
              : only.stream().flatMap(word -> Primitive.named(word).stream()).distinct().toList();
      return new SimulatedTorture(runs.orElse(1000), seed.orElse(1L), primitives);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), Objects.toString(e.getMessage()), e);
    }
  }
}
