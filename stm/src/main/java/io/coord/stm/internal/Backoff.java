package io.coord.stm.internal;

import io.coord.core.internal.Timeouts;
import io.coord.stm.StmOptions;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to pause before the next attempt.
 *
 * <p>After the first conflict not at all: its commit has just brought fresh values. From then on a
 * time between zero and a bound that doubles up to the cap, drawn evenly, so that those who met do
 * not meet again.
 */
final class Backoff {

  private static final int MAX_DOUBLINGS = 40;

  private final long baseNanos;
  private final long capNanos;
  private final RandomGenerator random;

  Backoff(StmOptions options, RandomGenerator random) {
    this.baseNanos = Timeouts.check(options.backoffBase()).toNanos();
    this.capNanos = Timeouts.check(options.backoffCap()).toNanos();
    this.random = random;
  }

  /** The pause after a number of failed attempts, at least 1. */
  Duration after(int attempts) {
    long bound = attempts < 2 ? 0 : bound(Math.min(attempts - 2, MAX_DOUBLINGS));
    return bound == 0 ? Duration.ZERO : Duration.ofNanos(random.nextLong(bound + 1));
  }

  private long bound(int doublings) {
    boolean reachesCap = baseNanos > capNanos >> doublings;
    return reachesCap ? capNanos : baseNanos << doublings;
  }
}
