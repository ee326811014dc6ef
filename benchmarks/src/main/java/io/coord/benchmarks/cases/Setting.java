package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import java.util.List;
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

  Setting withGoal(double ratio) {
    return new Setting(workers, options, Optional.of(ratio));
  }

  /** With the goal of that row of a table which is the same, if there is one. */
  Setting withGoalFrom(List<Setting> table) {
    return table.stream().filter(this::isSameLineAs).findFirst().orElse(this);
  }

  private boolean isSameLineAs(Setting row) {
    return row.workers == workers && row.options.equals(options);
  }
}
