package io.coord.cli.tour;

import io.coord.core.Coord;
import io.coord.queues.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A queue that two processes empty. */
final class QueueTour {

  private static final int PROCESSES = 2;
  private static final int EACH = 10;

  private final List<String> connection;
  private final Queue<String> queue;
  private final Consumer<String> out;

  QueueTour(Coord coord, List<String> connection, String name, Consumer<String> out) {
    this.connection = connection;
    this.queue = Queue.of(coord, name);
    this.out = out;
  }

  /**
   * Gives the tour.
   *
   * @throws IllegalStateException when something is not as promised
   */
  void run() throws InterruptedException {
    out.accept(
        "queue " + queue.name() + ": " + PROCESSES + " processes take " + EACH + " values each");
    List<String> values =
        IntStream.range(0, PROCESSES * EACH).mapToObj(i -> String.format("value-%02d", i)).toList();
    long unused = queue.enqueueAll(values);
    List<String> taken = new ArrayList<>();
    try (Children children = new Children(connection)) {
      for (int i = 1; i <= PROCESSES; i++) {
        children.start(
            "consumer-" + i, Pattern.compile("value-.*"), "pop", queue.name(), "--count=" + EACH);
      }
      for (ChildProgram child : children.all()) {
        List<String> got = child.awaitEnd();
        if (!got.equals(got.stream().sorted().toList())) {
          throw new IllegalStateException(child + " got values out of their order: " + got);
        }
        out.accept(child + " got " + String.join(" ", got));
        taken.addAll(got);
      }
    }
    if (!taken.stream().sorted().toList().equals(values)) {
      throw new IllegalStateException("not each value came out once: " + taken);
    }
    out.accept(taken.size() + " values, each out once, and in order");
  }
}
