package io.coord.cli.tour;

import io.coord.core.Coord;
import java.util.List;
import java.util.function.Consumer;

/** Shows elections, locks, queues and barriers over several processes. */
public final class Tour {

  private Tour() {}

  /**
   * Gives the tour. No process remains, however it ends, and no key when it ends well.
   *
   * @param connection the options by which other processes of this program reach etcd
   * @param prefix what the names begin with
   * @throws IllegalStateException when something is not as promised
   */
  public static void run(Coord coord, List<String> connection, String prefix, Consumer<String> out)
      throws InterruptedException {
    new ElectionTour(coord, connection, prefix + "leader", out).run();
    new LockTour(coord, connection, prefix + "lock", out).run();
    new QueueTour(coord, connection, prefix + "queue", out).run();
    new WorkTour(coord, connection, prefix + "work", out).run();
    new DoubleBarrierTour(coord, connection, prefix + "barrier", out).run();
  }
}
