package io.coord.cli;

import io.coord.cli.queue.QueueKind;
import io.coord.cli.queue.ValueQueue;
import io.coord.core.Coord;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which queue a command is about; the same for every command for operators. */
final class QueueOptions {

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      converter = KindConverter.class,
      defaultValue = "queue",
      description =
          "The kind of queue: queue (first in, first out), pqueue (by priority), work (claimed and"
              + " acknowledged); default ${DEFAULT-VALUE}.")
  private QueueKind kind;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The queue; also that of etcd's Go recipes, but for work.")
  private String name;

  QueueKind kind() {
    return kind;
  }

  /** What is done with the queue. */
  interface Use {
    int of(ValueQueue queue) throws InterruptedException;
  }

  /** Connects, and uses it; Ctrl-C and SIGTERM interrupt that. */
  int use(String client, Use use) throws InterruptedException {
    Duration ttl = session.ttl();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect(ClientName.of(client));
              ValueQueue queue = ValueQueue.open(kind, coord, ttl, name)) {
            return use.of(queue);
          }
        });
  }
}
