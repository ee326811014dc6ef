package io.coord.benchmarks;

import java.time.Duration;

/** Options for tests, which care for what is measured and not how exactly. */
public final class Options {

  private Options() {}

  /** A fraction of a second, after hardly any warm-up. */
  public static BenchOptions brief() {
    return BenchOptions.defaults()
        .with(Flag.SECONDS, Duration.ofMillis(300))
        .with(Flag.WARMUP, Duration.ofMillis(10));
  }
}
