package io.coord.benchmarks;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Something that keeps a client busy until it is told to end. */
public interface Load {

  /** Begins; operations are told to the probe. */
  void begin(Probe probe);

  /**
   * Completes exceptionally when an operation fails, after which the load is no longer complete.
   */
  CompletableFuture<Void> broken();

  /**
   * Begins no more operations, and waits for those that are under way.
   *
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  void end() throws InterruptedException;

  /** Runs a load: first for the warm-up, which is not measured, then for what is. */
  static Window measure(Load load, Probe probe, BenchOptions options) throws InterruptedException {
    return measure(load, probe, options.warmup(), options.measured());
  }

  /** The same with these times. */
  static Window measure(Load load, Probe probe, Duration warmup, Duration measured)
      throws InterruptedException {
    load.begin(probe);
    try {
      Pause.unlessBroken(load.broken(), warmup);
      probe.open();
      Pause.unlessBroken(load.broken(), measured);
      return probe.close();
    } finally {
      load.end();
    }
  }
}
