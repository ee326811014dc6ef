package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A case that is measured for one setting after the other, and may be compared with a peer. */
interface MeasuredCase extends BenchCase {

  /** The numbers of workers when the user gives none. */
  List<Integer> usualWorkers();

  /** Measures once, with connections of its own. */
  Measurement measure(BenchRun run, BenchOptions options, int workers) throws InterruptedException;

  /** Fewer call the code too seldom for all of it to be compiled in the time of a rehearsal. */
  int FEWEST_TO_REHEARSE = 4;

  /** How many rehearse in place of fewer. */
  int REHEARSING_CROWD = 16;

  /**
   * Lets our side run until its code is compiled, as the Go program's is from the start. Few
   * workers are preceded by many.
   *
   * @return what our side is then to be measured with
   */
  default BenchOptions rehearse(BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    BenchOptions rehearsal =
        options
            .with(Flag.WARMUP, options.rehearsal())
            .with(Flag.SECONDS, options.measured().dividedBy(3));
    if (workers < FEWEST_TO_REHEARSE) {
      Measurement unused = measure(run, rehearsal, REHEARSING_CROWD);
    }
    Measurement unused = measure(run, rehearsal, workers);
    return options;
  }

  /** Measures once on the peer. */
  default Measurement measurePeer(GoPeer peer, BenchRun run, BenchOptions options, int workers)
      throws InterruptedException {
    return peer.measure(name(), run.endpoints(), options, workers);
  }

  /** What etcd allows at most, when the rate is what counts; empty when it is the duration. */
  Optional<CommitLimit> limit(int workers);

  /** The same, where more than the number of workers counts. */
  default Optional<CommitLimit> limit(Setting setting) {
    return limit(setting.workers());
  }

  /** What is measured, one after the other. */
  default List<Setting> settings(BenchOptions asked) {
    return asked.workersOr(usualWorkers()).stream()
        .map(workers -> Setting.of(workers, asked))
        .toList();
  }

  @Override
  default Set<Flag> flags() {
    return usualFlagsAnd();
  }

  /** The flags that every measured case knows, and more. */
  static Set<Flag> usualFlagsAnd(Flag... more) {
    Set<Flag> flags =
        EnumSet.of(
            Flag.ENDPOINTS, Flag.MEMBERS, Flag.WORKERS, Flag.SECONDS, Flag.WARMUP, Flag.THREADS);
    flags.addAll(List.of(more));
    return flags;
  }

  @Override
  default void run(BenchRun run) throws InterruptedException {
    for (Setting setting : settings(run.options())) {
      run.report(measure(run, setting.options(), setting.workers()));
    }
  }
}
