package io.coord.benchmarks.cases;

import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.BenchQueue.Kind;
import io.coord.core.Coord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Queues that are filled and then taken from, one after the other. Each worker takes for as long as
 * there is something to take; what is left then is read, so that every item is accounted for.
 */
final class Drains {

  private final Crew crew;
  private final Kind kind;
  private final int lanes;
  private final List<Window> windows = new ArrayList<>();
  private int queues;
  private long violations;

  Drains(Crew crew, Kind kind, int lanes) {
    this.crew = crew;
    this.kind = kind;
    this.lanes = lanes;
  }

  /** Fills a queue, and lets the workers take from it. */
  void drain(int depth, int items) throws InterruptedException {
    String name = crew.name("queue-" + queues++);
    Map<Integer, Integer> put = QueueFill.fill(kind.of(crew.connection(), name), depth, lanes);
    ItemAudit audit = new ItemAudit();
    AtomicInteger left = new AtomicInteger(items);
    Probe probe = new Probe();
    CountDownLatch start = new CountDownLatch(1);
    List<Coord> workers = crew.workers();
    Crowd takers =
        Crowd.begin(
            crew.threads(),
            0,
            workers.size(),
            worker -> {
              start.await();
              take(kind.of(workers.get(worker), name), audit.new Taker(), left, probe);
            });
    probe.open();
    start.countDown();
    takers.lastReturn();
    windows.add(probe.close());
    ItemAudit.Taker rest = audit.new Taker();
    Remains.remove(crew.connection(), Kind.items(name), kind.order()).forEach(rest::took);
    violations += audit.violations(put);
  }

  private static void take(BenchQueue queue, ItemAudit.Taker taker, AtomicInteger left, Probe probe)
      throws InterruptedException {
    while (left.decrementAndGet() >= 0) {
      long begunAt = System.nanoTime();
      String item = queue.dequeue();
      probe.ended(begunAt);
      taker.took(item);
    }
  }

  /** Forgets what was measured, though not what was found wrong. */
  void forget() {
    windows.clear();
  }

  /** The takings since then, put together. */
  Window window() {
    return Window.sum(windows);
  }

  int count() {
    return windows.size();
  }

  long violations() {
    return violations;
  }
}
