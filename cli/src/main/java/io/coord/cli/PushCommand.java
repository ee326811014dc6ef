package io.coord.cli;

import io.coord.cli.queue.Pusher;
import io.coord.cli.queue.QueueKind;
import io.coord.cli.queue.ValueQueue;
import io.coord.cli.shell.ByteLines;
import io.coord.core.Bytes;
import io.coord.queues.EnqueueOptions;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
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

/** Puts values into a queue. */
@Command(
    name = "push",
    description = {
      "Puts values into a queue, in their order, and prints how many.",
      "Without VALUE it reads them from standard input, a line each, as the bytes that they are."
          + " Each is in before it is counted. A bound on the length of a work queue is kept by its"
          + " own producers only."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all values are in",
      "1:a value is not in, or may not be: etcd cannot be reached, or refuses it; what is in is"
          + " said",
      "2:the arguments are wrong; nothing was put",
      "130, 143:Ctrl-C, SIGTERM; what is in is said"
    })
final class PushCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private QueueOptions options;

  @Mixin private Input input;

  @Option(
      names = "--priority",
      paramLabel = "P",
      description =
          "0 to 65535, of which 0 leaves first; for the kinds pqueue and work; default 0.")
  private Optional<Integer> priority = Optional.empty();

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "VALUE", description = "What to put in.")
  private List<String> values = List.of();

  @Override
  public Integer call() throws InterruptedException {
    int checked = checkedPriority();
    for (String value : values) {
      String unused = UsageErrors.check(spec, () -> NameConverter.readable("value", value));
    }
    return options.use("coord-push", queue -> push(queue, checked));
  }

  private int checkedPriority() {
    if (priority.isPresent() && options.kind() == QueueKind.QUEUE) {
      throw new ParameterException(
          spec.commandLine(), "--priority was given without --kind pqueue or --kind work");
    }
    return UsageErrors.check(
        spec, () -> EnqueueOptions.defaults().withPriority(priority.orElse(0)).priority());
  }

  private int push(ValueQueue queue, int checked) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Pusher pusher = new Pusher(queue, checked);
    try {
      out.println("pushed " + (values.isEmpty() ? pushLines(pusher) : pushValues(pusher)));
      out.flush();
      return ExitCode.OK;
    } catch (InterruptedException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("coord: " + pusher.standing());
      err.flush();
      throw e;
    }
  }

  private long pushLines(Pusher pusher) throws InterruptedException {
    try (ByteLines lines = input.lines()) {
      return pusher.pushAll(lines::read);
    }
  }

  private long pushValues(Pusher pusher) throws InterruptedException {
    Iterator<Bytes> given = values.stream().map(Bytes::utf8).iterator();
    return pusher.pushAll(() -> given.hasNext() ? Optional.of(given.next()) : Optional.empty());
  }
}
