package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Crew.Connections;
import io.coord.core.Codec;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.queues.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Producers that put into a work queue which is full most of the time, and wait for room, while as
 * many handlers of the same process empty it. An operation is an item put in, and so one that was
 * acknowledged before. Each item must be handled once, and nothing may be left.
 */
public final class BoundedWorkCase implements MeasuredCase {

  private static final int BOUND = 64;

  /** How long the handlers may take for what is left; what they leave then is a violation. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "workqueue-bounded";
  }

  @Override
  public String summary() {
    return "enqueue into a work queue of at most " + BOUND + " items, workers (16) put and handle";
  }

  @Override
  public List<Integer> usualWorkers() {
    return List.of(16);
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.of(CommitLimit.shared(3, workers));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    try (Crew crew = Crew.assemble(run, 1, Connections.SHARED)) {
      WorkQueue<String> queue =
          WorkQueue.of(
              crew.sessions().get(0),
              crew.name("work"),
              Codec.utf8(),
              WorkQueueOptions.defaults().withMaxLength(BOUND, WhenFull.WAIT));
      ItemAudit audit = new ItemAudit();
      List<Producer> producers = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        producers.add(new Producer(queue, i));
      }
      Window window;
      try (Worker worker = queue.work(workers, claim -> audit.new Taker().took(claim.value()))) {
        window = Load.measure(new BlockingLoad(crew.threads(), producers), new Probe(), options);
        long end = System.nanoTime() + LONGEST_REST.toNanos();
        while (left(queue) > 0 && worker.isRunning() && System.nanoTime() - end < 0) {
          Thread.sleep(1);
        }
      }
      Map<Integer, Integer> put = new HashMap<>();
      producers.forEach(producer -> put.put(producer.lane, producer.next));
      return Measurement.of(name(), workers, window, audit.violations(put) + left(queue));
    }
  }

  private static long left(WorkQueue<String> queue) throws InterruptedException {
    WorkCounts counts = queue.counts();
    return counts.waiting() + counts.held() + counts.dead();
  }

  private static final class Producer implements BlockingLoad.Worker {

    private final WorkQueue<String> queue;
    private final int lane;
    private int next;

    Producer(WorkQueue<String> queue, int lane) {
      this.queue = queue;
      this.lane = lane;
    }

    @Override
    public void operate() throws InterruptedException {
      queue.enqueue(ItemAudit.item(lane, next));
      next++;
    }
  }
}
