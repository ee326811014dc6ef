package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.BenchQueue.Kind;
import io.coord.benchmarks.cases.Crew.Connections;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Workers that enqueue 32 bytes in a loop. When they have ended, the queue is read: each value must
 * be in once, and those of a worker in its order.
 */
public final class EnqueueCase implements MeasuredCase {

  private static final int PRIORITIES = 10;

  private final Kind kind;

  private EnqueueCase(Kind kind) {
    this.kind = kind;
  }

  /** Into a queue. */
  public static EnqueueCase fifo() {
    return new EnqueueCase(Kind.FIFO);
  }

  /** Into a priority queue. */
  public static EnqueueCase priority() {
    return new EnqueueCase(Kind.PRIORITY);
  }

  @Override
  public String name() {
    return kind == Kind.FIFO ? "queue-enqueue" : "pqueue-enqueue";
  }

  @Override
  public String summary() {
    return kind == Kind.FIFO
        ? "enqueue, all workers (1,16,64) on one queue"
        : "enqueue, all workers (1,16) on one priority queue, at --priorities (10, then 1)";
  }

  @Override
  public Set<Flag> flags() {
    Set<Flag> flags = MeasuredCase.usualFlagsAnd();
    if (kind == Kind.PRIORITY) {
      flags.add(Flag.PRIORITIES);
    }
    return flags;
  }

  @Override
  public List<Integer> usualWorkers() {
    return kind == Kind.FIFO ? List.of(1, 16, 64) : List.of(1, 16);
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    List<Setting> table = table(asked);
    if (!asked.given().contains(Flag.WORKERS) && !asked.given().contains(Flag.PRIORITIES)) {
      return table;
    }
    int priorities = asked.numberOr(Flag.PRIORITIES, PRIORITIES);
    return asked.workersOr(usualWorkers()).stream()
        .map(workers -> row(workers, asked, priorities).withGoalFrom(table))
        .toList();
  }

  private List<Setting> table(BenchOptions asked) {
    return switch (kind) {
      case FIFO ->
          List.of(
              row(1, asked, 1).withGoal(1.2),
              row(16, asked, 1).withGoal(2),
              row(64, asked, 1).withGoal(3));
      case PRIORITY ->
          List.of(
              row(1, asked, PRIORITIES).withGoal(1.5),
              row(16, asked, PRIORITIES).withGoal(3),
              row(16, asked, 1).withGoal(20));
    };
  }

  private Setting row(int workers, BenchOptions asked, int priorities) {
    Setting row = Setting.of(workers, asked);
    return kind == Kind.PRIORITY ? row.with(Flag.PRIORITIES, priorities) : row;
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.of(CommitLimit.shared(1, workers));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    int priorities = kind == Kind.FIFO ? 1 : options.numberOr(Flag.PRIORITIES, PRIORITIES);
    try (Crew crew = Crew.assemble(run, 1, Connections.SHARED)) {
      String name = crew.name("queue");
      BenchQueue queue = kind.of(crew.connection(), name);
      List<Producer> producers = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        producers.add(new Producer(queue, i * priorities, priorities));
      }
      Window window =
          Load.measure(new BlockingLoad(crew.threads(), producers), new Probe(), options);
      Map<Integer, Integer> put = new HashMap<>();
      producers.forEach(producer -> put.putAll(producer.put));
      ItemAudit audit = new ItemAudit();
      ItemAudit.Taker reader = audit.new Taker();
      Remains.remove(crew.connection(), Kind.items(name), kind.order()).forEach(reader::took);
      Measurement measured = Measurement.of(name(), workers, window, audit.violations(put));
      return kind == Kind.FIFO ? measured : measured.with("priorities", priorities);
    }
  }

  /** Puts one item after the other, at each priority in turn. */
  private static final class Producer implements BlockingLoad.Worker {

    private final BenchQueue queue;
    private final int firstLane;
    private final int priorities;
    private final Map<Integer, Integer> put = new HashMap<>();
    private int turn;

    Producer(BenchQueue queue, int firstLane, int priorities) {
      this.queue = queue;
      this.firstLane = firstLane;
      this.priorities = priorities;
    }

    @Override
    public void operate() throws InterruptedException {
      int priority = turn++ % priorities;
      int lane = firstLane + priority;
      int number = put.getOrDefault(lane, 0);
      queue.enqueue(ItemAudit.item(lane, number), priority);
      put.put(lane, number + 1);
    }
  }
}
