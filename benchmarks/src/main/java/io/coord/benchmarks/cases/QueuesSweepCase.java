package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How fast a queue is emptied, against its depth and against the number of its consumers, by Coord
 * and by etcd's own Go client in turn: what the plot in docs/benchmarks.md shows.
 */
public final class QueuesSweepCase implements BenchCase {

  private static final List<Integer> DEPTHS = List.of(200, 1_000, 5_000, 20_000, 50_000);
  private static final List<Integer> CONSUMERS = List.of(1, 2, 4, 8, 16, 32);

  private final CompareCase.Peer peer;

  /** Builds the peer when it is needed. */
  public QueuesSweepCase() {
    this(GoPeer::build);
  }

  QueuesSweepCase(CompareCase.Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return "queues-sweep";
  }

  @Override
  public String summary() {
    return "dequeue at depths of 200 to 50 000 and by 1 to 32 consumers, beside etcd's Go client;"
        + " --members 3";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(
        Flag.ENDPOINTS,
        Flag.MEMBERS,
        Flag.SECONDS,
        Flag.WARMUP,
        Flag.REHEARSAL,
        Flag.DEPTH,
        Flag.WORKERS);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    BenchOptions options = run.options().inTurn();
    GoPeer go = peer.get();
    int given = options.numberOr(Flag.DEPTH, 0);
    for (int depth : given > 0 ? List.of(given) : DEPTHS) {
      BenchOptions ofDepth = options.with(Flag.DEPTH, depth);
      compare(run, go, DequeueCase.fifoAtDepth(), Setting.of(1, ofDepth), depth);
    }
    for (int consumers : options.workersOr(CONSUMERS)) {
      int depth = DequeueCase.fifo().usualItems();
      compare(run, go, DequeueCase.fifo(), Setting.of(consumers, options), depth);
    }
  }

  private static void compare(BenchRun run, GoPeer go, DequeueCase one, Setting setting, int depth)
      throws InterruptedException {
    BenchOptions options = setting.options();
    BenchOptions rehearsed = one.rehearse(run, options, setting.workers());
    Measurement ours = one.measure(run, rehearsed, setting.workers());
    run.report(ours.with("members", run.endpoints().size()));
    Measurement theirs = go.measure(one.name(), run.endpoints(), options, setting.workers());
    run.reportPeer(theirs.with("depth", depth).with("members", run.endpoints().size()));
  }
}
