package io.coord.it.queues;

import io.coord.core.Coord;
import io.coord.queues.Queue;
import java.time.Duration;
import java.util.Optional;

/**
 * A process of its own that takes values from one queue, and says each one on a line when it has
 * it; then puts it into a second queue, and says that.
 */
final class QueueWorker {

  static final String IN = "in";
  static final String OUT = "out";
  static final String TOOK = "took ";
  static final String PUT = "put ";

  private QueueWorker() {}

  public static void main(String[] endpoints) throws InterruptedException {
    try (Coord coord = Coord.connect(endpoints)) {
      Queue<String> in = Queue.of(coord, IN);
      Queue<String> out = Queue.of(coord, OUT);
      while (true) {
        Optional<String> value = in.poll(Duration.ofSeconds(1));
        if (value.isPresent()) {
          System.out.println(TOOK + value.get());
          out.enqueue(value.get());
          System.out.println(PUT + value.get());
        }
      }
    }
  }
}
