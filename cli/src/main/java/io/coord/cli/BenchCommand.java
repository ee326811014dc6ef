package io.coord.cli;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRunner;
import io.coord.benchmarks.BenchRunner.Format;
import io.coord.benchmarks.Benchmarks;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.WorkerThreads;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    description = {
      "Measures a case, and prints a line for each measurement.",
      "Without CASE it lists the cases. Without endpoints it measures an etcd that it starts and"
          + " throws away. Fails if a promise was broken while measuring."
    })
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CASE",
      description = "What to measure; 'coord bench' alone lists the cases.")
  private Optional<String> chosen = Optional.empty();

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "N",
      description = "Workers, or requests in flight; a list such as 1,16,64 measures each.")
  private List<Integer> workers = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each measurement takes; default 10, in comparisons 1.5.")
  private Optional<Double> seconds = Optional.empty();

  @Option(
      names = "--warmup",
      paramLabel = "S",
      description =
          "How long the same load runs before each measurement; default 8, which a JVM needs to"
              + " compile its code; in comparisons 1.")
  private Optional<Double> warmup = Optional.empty();

  @Option(
      names = "--rehearsal",
      paramLabel = "S",
      description = "How long Coord runs a line of a comparison before its first round; default 6.")
  private Optional<Double> rehearsal = Optional.empty();

  @Option(
      names = "--members",
      paramLabel = "N",
      description = "Members of the etcd that is started where no endpoints are given; default 1.")
  private Optional<Integer> members = Optional.empty();

  @Option(names = "--rounds", paramLabel = "N", description = "How often a case repeats itself.")
  private Optional<Integer> rounds = Optional.empty();

  @Option(names = "--items", paramLabel = "N", description = "Sessions, items or waiters.")
  private Optional<Integer> items = Optional.empty();

  @Option(names = "--depth", paramLabel = "N", description = "Items in a queue beforehand.")
  private Optional<Integer> depth = Optional.empty();

  @Option(names = "--priorities", paramLabel = "N", description = "Priorities in use.")
  private Optional<Integer> priorities = Optional.empty();

  @Option(names = "--accounts", paramLabel = "N", description = "Accounts of the bank.")
  private Optional<Integer> accounts = Optional.empty();

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long something is held, such as 10ms or 30s.")
  private Optional<Duration> hold = Optional.empty();

  @Option(names = "--read", paramLabel = "PERCENT", description = "Operations that only read.")
  private Optional<Integer> read = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "KIND",
      description =
          "What workers run on, platform or virtual; default platform. Virtual threads need Java 21"
              + " or newer.")
  private Optional<String> threads = Optional.empty();

  @Option(names = "--json", description = "Print a JSON object a line instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    BenchRunner runner =
        new BenchRunner(Benchmarks.all(), endpoints -> connection.connect("bench", endpoints));
    PrintWriter out = spec.commandLine().getOut();
    if (chosen.isEmpty()) {
      out.println(runner.list());
      out.flush();
      return ExitCode.OK;
    }
    BenchOptions options = checked(runner, chosen.get());
    return Interruption.guard(() -> run(runner, chosen.get(), options, out));
  }

  private int run(BenchRunner runner, String name, BenchOptions options, PrintWriter out)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    long violations = runner.run(name, options, json ? Format.JSON : Format.TABLE, out, err);
    if (violations == 0) {
      return ExitCode.OK;
    }
    err.println("coord: " + violations + " violations; expected none");
    err.flush();
    return ExitCode.SOFTWARE;
  }

  private BenchOptions checked(BenchRunner runner, String name) {
    try {
      BenchOptions options = options();
      runner.check(name, options);
      return options;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), Objects.toString(e.getMessage()), e);
    }
  }

  private BenchOptions options() {
    List<String> endpoints =
        connection.endpoints().map(given -> List.of(given.split(","))).orElse(List.of());
    Map<Flag, Integer> numbers = new EnumMap<>(Flag.class);
    members.ifPresent(number -> numbers.put(Flag.MEMBERS, number));
    rounds.ifPresent(number -> numbers.put(Flag.ROUNDS, number));
    items.ifPresent(number -> numbers.put(Flag.ITEMS, number));
    depth.ifPresent(number -> numbers.put(Flag.DEPTH, number));
    priorities.ifPresent(number -> numbers.put(Flag.PRIORITIES, number));
    accounts.ifPresent(number -> numbers.put(Flag.ACCOUNTS, number));
    read.ifPresent(number -> numbers.put(Flag.READ, number));
    Map<Flag, Duration> times = new EnumMap<>(Flag.class);
    seconds.ifPresent(number -> times.put(Flag.SECONDS, duration(number)));
    warmup.ifPresent(number -> times.put(Flag.WARMUP, duration(number)));
    rehearsal.ifPresent(number -> times.put(Flag.REHEARSAL, duration(number)));
    hold.ifPresent(time -> times.put(Flag.HOLD, time));
    return new BenchOptions(endpoints, workers, numbers, times, threads.map(WorkerThreads::of));
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
