package io.coord.cli;

import io.coord.cli.show.Overview;
import io.coord.cli.show.OverviewReader;
import io.coord.core.Coord;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what there is of a name: who holds, who waits, what is queued. */
@Command(
    name = "show",
    description = {
      "Shows who holds a lock or leads, and who waits, in order; how long a queue is, and for how"
          + " long its oldest item waits; of a work queue who has claimed what, and what is dead"
          + " and why; whether a barrier is held, and who takes part in a double barrier.",
      "Of each who holds or waits: its fencing token, the time until its lease runs out unless it"
          + " is kept alive, and, as far as its client told, since when it is there, what it is"
          + " called, and the value that it proclaims. Clients of etcd's Go packages are shown too."
          + " Changes nothing."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it is shown, also when nothing is there",
      "1:etcd cannot be reached, or refuses; or nobody reads the output",
      "2:the arguments are wrong"
    })
final class ShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Option(
      names = "--json",
      description =
          "Print a JSON object with 'name', 'holders' and 'waiters', and, where they are there,"
              + " 'queue', 'priority_queue', 'work_queue', 'barrier', 'latch', 'double_barrier'.")
  private boolean json;

  @Parameters(
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The lock, election, queue or barrier.")
  private String name;

  @Override
  public Integer call() throws InterruptedException {
    try (Coord coord = connection.connect(ClientName.of("coord-show"))) {
      Overview overview = OverviewReader.read(coord, name, Instant.now());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(overview.json());
      } else {
        overview.lines().forEach(out::println);
      }
      if (out.checkError()) {
        throw new IllegalStateException("nobody reads the output, or it cannot be written");
      }
      return ExitCode.OK;
    }
  }
}
