package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import java.time.Duration;
import java.util.Optional;

/**
 * One line of a case's output.
 *
 * @param workers how many workers
 * @param options what else was asked for, or is usual
 * @param goal the ratio to the peer that is wanted: of rates at least, of durations at most
 */
record Setting(int workers, BenchOptions options, Optional<Double> goal) {

  static Setting of(int workers, BenchOptions options) {
    return new Setting(workers, options, Optional.empty());
  }

  Setting with(Flag flag, int value) {
    return new Setting(workers, options.with(flag, value), goal);
  }

  Setting with(Flag flag, Duration value) {
    return new Setting(workers, options.with(flag, value), goal);
  }

  /** Warms up for at least so long. */
  Setting withWarmupOf(Duration least) {
    return options.warmup().compareTo(least) < 0 ? with(Flag.WARMUP, least) : this;
  }

  Setting withGoal(double ratio) {
    return new Setting(workers, options, Optional.of(ratio));
  }
}
