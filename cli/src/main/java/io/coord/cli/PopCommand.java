package io.coord.cli;

import io.coord.cli.queue.QueueKind;
import io.coord.cli.queue.ValueQueue;
import io.coord.cli.queue.ValueQueue.Taken;
import io.coord.cli.show.ValueText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Takes values off a queue. */
@Command(
    name = "pop",
    description = {
      "Takes the first values off a queue and prints them, a line each.",
      "Waits for them. What is printed has left the queue; work is acknowledged after it was"
          + " printed, and comes back if it cannot be. Bytes that are no text are printed as \\xNN."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:as many as asked for were printed",
      "1:etcd cannot be reached, or refuses; or nobody reads the output",
      "2:the arguments are wrong; nothing was taken",
      "124:there was no further value within --timeout",
      "130, 143:Ctrl-C, SIGTERM"
    })
final class PopCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private QueueOptions options;

  @Option(names = "--count", paramLabel = "N", description = "How many; default 1.")
  private Optional<Integer> count = Optional.empty();

  @Option(names = "--follow", description = "Go on without end.")
  private boolean follow;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long to wait for each; 0 for not at all; default without end.")
  private Optional<Duration> timeout = Optional.empty();

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "0",
      description =
          "For the kind work, to see a claim: how long to keep each before it is acknowledged.")
  private Duration hold;

  @Override
  public Integer call() throws InterruptedException {
    long wanted = wanted();
    return options.use("coord-pop", queue -> pop(queue, wanted));
  }

  private long wanted() {
    if (follow && count.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--count and --follow exclude each other; expected one of them");
    }
    if (!hold.isZero() && options.kind() != QueueKind.WORK) {
      throw new ParameterException(
          spec.commandLine(), "--hold was given without --kind work; nothing else can be held");
    }
    int most = count.orElse(1);
    if (most < 1) {
      throw new ParameterException(
          spec.commandLine(), "--count is " + most + "; expected at least 1");
    }
    return follow ? Long.MAX_VALUE : most;
  }

  private int pop(ValueQueue queue, long wanted) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (long i = 0; i < wanted; i++) {
      Optional<Taken> taken = queue.take(timeout);
      if (taken.isEmpty()) {
        return ExitCodes.TIMED_OUT;
      }
      print(out, taken.get());
      TimeUnit.NANOSECONDS.sleep(hold.toNanos());
      taken.get().done();
    }
    return ExitCode.OK;
  }

  private static void print(PrintWriter out, Taken taken) {
    out.println(ValueText.plain(taken.value()));
    if (out.checkError()) {
      throw new IllegalStateException("nobody reads the output; the last value was not printed");
    }
  }
}
