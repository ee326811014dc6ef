package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.Crew.Connections;
import io.coord.queues.Claim;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Workers of one process that each put an item into a work queue, claim one, and acknowledge it. An
 * operation is all three. Each item must be acknowledged once, and nothing may be left.
 */
public final class WorkQueueCase implements MeasuredCase {

  private static final double GOAL_PER_SECOND = 5_000;

  @Override
  public String name() {
    return "workqueue";
  }

  @Override
  public String summary() {
    return "enqueue, claim and acknowledge an item, workers (16) of one process";
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
      WorkQueue<String> queue = WorkQueue.of(crew.sessions().get(0), crew.name("work"));
      ItemAudit audit = new ItemAudit();
      List<Loop> loops = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        loops.add(new Loop(queue, audit, i));
      }
      Window window = Load.measure(new BlockingLoad(crew.threads(), loops), new Probe(), options);
      Map<Integer, Integer> put = new HashMap<>();
      loops.forEach(loop -> put.put(loop.lane, loop.next));
      WorkCounts counts = queue.counts();
      long left = counts.waiting() + counts.held() + counts.dead();
      return Measurement.of(name(), workers, window, audit.violations(put) + left)
          .with("goal_per_s", GOAL_PER_SECOND)
          .with("goal_met", window.opsPerSecond() >= GOAL_PER_SECOND ? 1 : 0);
    }
  }

  /** Which item a worker claims does not matter, and two workers may finish in any order. */
  private static final class Loop implements BlockingLoad.Worker {

    private final WorkQueue<String> queue;
    private final ItemAudit audit;
    private final int lane;
    private int next;

    Loop(WorkQueue<String> queue, ItemAudit audit, int lane) {
      this.queue = queue;
      this.audit = audit;
      this.lane = lane;
    }

    @Override
    public void operate() throws InterruptedException {
      queue.enqueue(ItemAudit.item(lane, next));
      next++;
      Claim<String> claim = queue.claim();
      claim.ack();
      audit.new Taker().took(claim.value());
    }
  }
}
