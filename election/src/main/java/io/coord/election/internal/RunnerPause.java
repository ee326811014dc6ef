package io.coord.election.internal;

import io.coord.election.LeaderRunnerOptions;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to pause after failures in a row: at random between half of a bound and the bound, which
 * doubles up to the cap. Not thread-safe.
 */
final class RunnerPause {

  private static final int MOST_DOUBLINGS = 40;

  private final long baseNanos;
  private final long capNanos;
  private final RandomGenerator random;
  private int failures;

  RunnerPause(LeaderRunnerOptions options, RandomGenerator random) {
    this.baseNanos = options.backoffBase().toNanos();
    this.capNanos = options.backoffCap().toNanos();
    this.random = random;
  }

  /** Something went well: the next failure is a first one. */
  void reset() {
    failures = 0;
  }

  /** The pause after one more failure. */
  Duration next() {
    int doublings = Math.min(failures++, MOST_DOUBLINGS);
    boolean reachesCap = baseNanos > capNanos >> doublings;
    long bound = reachesCap ? capNanos : baseNanos << doublings;
    return Duration.ofNanos(bound - random.nextLong(bound / 2 + 1));
  }

  /** The longest pause there is. */
  Duration longest() {
    return Duration.ofNanos(capNanos);
  }
}
