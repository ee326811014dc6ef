package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.BenchQueue.Kind;
import io.coord.benchmarks.cases.Crew.Connections;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Workers that empty a queue which was filled before, or take its first items. That is done again
 * and again, with a queue of its own each time; the time is that of the taking alone, which begins
 * with a consumer that knows nothing of the queue.
 */
public final class DequeueCase extends NamedCase {

  private static final int LANES = 4;
  private static final int PRIORITIES = 10;
  private static final int WARM_UP_DEPTH = 1_000;

  /** How much longer than asked for a measurement may take with all its filling. */
  private static final int PATIENCE = 4;

  /** How many items are taken. */
  enum Taking {
    /** All that are there, of which there are {@code --items}. */
    ALL,
    /** The first {@code --items} of {@code --depth}. */
    FIRST
  }

  /** What is measured when the user gives nothing else. */
  private record Usual(int workers, int depth, double goal) {}

  private final Kind kind;
  private final Connections connections;
  private final Taking taking;
  private final int usualItems;
  private final List<Usual> usual;

  private DequeueCase(
      String name,
      String summary,
      Kind kind,
      Connections connections,
      Taking taking,
      int usualItems,
      List<Usual> usual) {
    super(name, summary);
    this.kind = kind;
    this.connections = connections;
    this.taking = taking;
    this.usualItems = usualItems;
    this.usual = usual;
  }

  /** The workers of one process. */
  public static DequeueCase fifo() {
    return new DequeueCase(
        "queue-dequeue",
        "dequeue, workers (1,4,16) of one process empty a queue of --items (1000)",
        Kind.FIFO,
        Connections.SHARED,
        Taking.ALL,
        1_000,
        List.of(new Usual(1, 0, 4), new Usual(4, 0, 15), new Usual(16, 0, 40)));
  }

  /** Workers that share nothing else. */
  public static DequeueCase fifoByProcesses() {
    return new DequeueCase(
        "queue-dequeue-procs",
        "the same, each worker (4) on a connection of its own, as processes are",
        Kind.FIFO,
        Connections.OWN,
        Taking.ALL,
        1_000,
        List.of(new Usual(4, 0, 5)));
  }

  /** The front of a deep queue. */
  public static DequeueCase fifoAtDepth() {
    return new DequeueCase(
        "queue-depth",
        "dequeue the first --items (200) of --depth (1000, 10000, 50000), by workers (1)",
        Kind.FIFO,
        Connections.SHARED,
        Taking.FIRST,
        200,
        List.of(new Usual(1, 1_000, 1), new Usual(1, 10_000, 1), new Usual(1, 50_000, 50)));
  }

  /** A priority queue. */
  public static DequeueCase priority() {
    return new DequeueCase(
        "pqueue-dequeue",
        "dequeue, workers (1,4) empty a priority queue of --items (2000), --priorities (10)",
        Kind.PRIORITY,
        Connections.SHARED,
        Taking.ALL,
        2_000,
        List.of(new Usual(1, 0, 2.5), new Usual(4, 0, 6)));
  }

  /** The front of a deep priority queue. */
  public static DequeueCase priorityAtDepth() {
    return new DequeueCase(
        "pqueue-depth",
        "dequeue the first --items (200) of --depth (50000) by workers (1), --priorities (10)",
        Kind.PRIORITY,
        Connections.SHARED,
        Taking.FIRST,
        200,
        List.of(new Usual(1, 50_000, 20)));
  }

  /** How many items are taken when the user gives no number. */
  int usualItems() {
    return usualItems;
  }

  @Override
  public Set<Flag> flags() {
    Set<Flag> flags = MeasuredCase.usualFlagsAnd();
    flags.add(Flag.ITEMS);
    if (taking == Taking.FIRST) {
      flags.add(Flag.DEPTH);
    }
    if (kind == Kind.PRIORITY) {
      flags.add(Flag.PRIORITIES);
    }
    return flags;
  }

  @Override
  public List<Integer> usualWorkers() {
    return usual.stream().map(Usual::workers).distinct().toList();
  }

  @Override
  public List<Setting> settings(BenchOptions asked) {
    List<Integer> depths = usual.stream().map(Usual::depth).distinct().toList();
    if (asked.given().contains(Flag.DEPTH)) {
      depths = List.of(asked.numberOr(Flag.DEPTH, 0));
    }
    return depths.stream()
        .flatMap(
            depth ->
                asked.workersOr(usualWorkers()).stream()
                    .map(workers -> setting(asked, workers, depth)))
        .toList();
  }

  private Setting setting(BenchOptions asked, int workers, int depth) {
    Setting setting = Setting.of(workers, asked);
    Setting ofDepth = taking == Taking.FIRST ? setting.with(Flag.DEPTH, depth) : setting;
    return usual.stream()
        .filter(one -> one.workers() == workers && one.depth() == depth)
        .findFirst()
        .map(one -> ofDepth.withGoal(one.goal()))
        .orElse(ofDepth);
  }

  @Override
  public Optional<CommitLimit> limit(int workers) {
    return Optional.of(
        connections == Connections.SHARED
            ? CommitLimit.shared(1, workers)
            : CommitLimit.alone(1, workers));
  }

  @Override
  public Measurement measure(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    int items = options.numberOr(Flag.ITEMS, usualItems);
    int depth = taking == Taking.ALL ? items : options.numberOr(Flag.DEPTH, usual.get(0).depth());
    int lanes = kind == Kind.FIFO ? LANES : options.numberOr(Flag.PRIORITIES, PRIORITIES);
    try (Crew crew = Crew.assemble(run, workers, connections)) {
      Drains drains = new Drains(crew, kind, lanes);
      warmUp(drains, Math.min(depth, WARM_UP_DEPTH), items, options.warmup());
      drains.forget();
      repeat(drains, depth, items, options.measured());
      Window window = drains.window();
      Measurement measured =
          Measurement.of(name(), workers, window, drains.violations())
              .with("items", Math.min(items, depth))
              .with("depth", depth)
              .with("drains", drains.count());
      return kind == Kind.FIFO ? measured : measured.with("priorities", lanes);
    }
  }

  /** Here the filling counts, too: it is the time that our code has had to be compiled. */
  private static void warmUp(Drains drains, int depth, int items, Duration time)
      throws InterruptedException {
    long begunAt = System.nanoTime();
    do {
      drains.drain(depth, Math.min(items, depth));
    } while (System.nanoTime() - begunAt < time.toNanos());
  }

  private static void repeat(Drains drains, int depth, int items, Duration time)
      throws InterruptedException {
    long begunAt = System.nanoTime();
    long patience = time.multipliedBy(PATIENCE).toNanos();
    do {
      drains.drain(depth, Math.min(items, depth));
    } while (drains.window().nanos() < time.toNanos() && System.nanoTime() - begunAt < patience);
  }
}
