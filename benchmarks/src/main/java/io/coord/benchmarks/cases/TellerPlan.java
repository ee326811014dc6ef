package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.WorkerThreads;
import io.coord.core.CoordConfig;
import java.time.Duration;

/**
 * What a process of tellers is told on its input, as JSON.
 *
 * @param connection how it reaches etcd
 * @param prefix what the names of accounts begin with
 * @param accounts how many accounts there are
 * @param workers how many transfers are under way at once
 * @param warmup how many seconds the load runs before it says that it is warm
 * @param seconds how many seconds it measures
 * @param threads what the workers run on, where there is a choice
 */
record TellerPlan(
    ConnectionSettings connection,
    String prefix,
    int accounts,
    int workers,
    double warmup,
    double seconds,
    WorkerThreads threads) {

  private static final double MILLIS = 1e3;

  static TellerPlan of(
      CoordConfig reached, String prefix, int accounts, int workers, BenchOptions options) {
    return new TellerPlan(
        ConnectionSettings.of(reached),
        prefix,
        accounts,
        workers,
        options.warmup().toMillis() / MILLIS,
        options.measured().toMillis() / MILLIS,
        options.workerThreads());
  }

  Duration warmUp() {
    return Duration.ofMillis(Math.round(warmup * MILLIS));
  }

  Duration measured() {
    return Duration.ofMillis(Math.round(seconds * MILLIS));
  }
}
