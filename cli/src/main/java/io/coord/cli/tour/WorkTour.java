package io.coord.cli.tour;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Claim;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A process that works on an item is killed; the item comes back to another one. */
final class WorkTour {

  private static final Duration TTL = Duration.ofSeconds(2);
  private static final String ITEM = "invoice-4711";

  private final Coord coord;
  private final List<String> connection;
  private final String name;
  private final Consumer<String> out;

  WorkTour(Coord coord, List<String> connection, String name, Consumer<String> out) {
    this.coord = coord;
    this.connection = connection;
    this.name = name;
    this.out = out;
  }

  /**
   * Gives the tour.
   *
   * @throws IllegalStateException when something is not as promised
   */
  void run() throws InterruptedException {
    out.accept("work queue " + name + ": a process claims " + ITEM);
    try (Session session = coord.openSession()) {
      WorkQueue<String> queue = WorkQueue.of(session, name);
      queue.enqueue(ITEM);
      Claim<String> second = claimOfAnotherThatIsKilled(queue);
      out.accept("it is claimed again, attempt " + second.attempt() + ": " + second.lastReason());
      if (second.attempt() != 2 || !second.value().equals(ITEM)) {
        throw new IllegalStateException("expected the second attempt at " + ITEM + ": " + second);
      }
      second.ack();
      WorkCounts left = queue.counts();
      if (!left.equals(new WorkCounts(0, 0, 0))) {
        throw new IllegalStateException("it is acknowledged, but there is " + left);
      }
      out.accept("it is acknowledged, and gone");
    }
    forget();
  }

  private Claim<String> claimOfAnotherThatIsKilled(WorkQueue<String> queue)
      throws InterruptedException {
    try (Children children = new Children(connection)) {
      ChildProgram worker =
          children.start(
              "worker",
              Pattern.compile(ITEM),
              "pop",
              name,
              "--kind=work",
              "--hold=" + Looking.LIMIT.toSeconds() + "s",
              "--ttl=" + TTL.toSeconds() + "s");
      worker.awaitExpected();
      worker.kill();
      out.accept(
          worker + " is killed while it works; its lease of " + TTL.toSeconds() + " s runs out");
      long begin = System.nanoTime();
      Optional<Claim<String>> again = queue.claim(Looking.LIMIT);
      double seconds = (System.nanoTime() - begin) / 1e9;
      out.accept(String.format(Locale.ROOT, "%s is back after %.2f s", ITEM, seconds));
      return again.orElseThrow(() -> new IllegalStateException(ITEM + " did not come back"));
    }
  }

  /** A work queue that is empty keeps its bookkeeping; that of a tour is of no use to anybody. */
  private void forget() throws InterruptedException {
    Bytes own = Bytes.utf8("__coord/work/" + name + "\0");
    TxnResult unused =
        Futures.await(
            CoordRuntime.of(coord)
                .store()
                .txn(
                    TxnRequest.of(
                        Op.delete(KeyRange.prefix(own)),
                        Op.delete(KeyRange.prefix(Bytes.utf8("__").concat(own))))));
  }
}
