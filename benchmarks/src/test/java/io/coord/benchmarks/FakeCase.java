package io.coord.benchmarks;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A case that needs no etcd. */
record FakeCase(BlockingLoad.Worker worker, long violations) implements BenchCase {

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String summary() {
    return "does as it is told";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.WORKERS, Flag.SECONDS, Flag.WARMUP);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    for (int workers : run.options().workersOr(List.of(1, 2))) {
      BlockingLoad load =
          new BlockingLoad(run.options().workerThreads(), Collections.nCopies(workers, worker));
      Window window = Load.measure(load, new Probe(), run.options());
      run.report(Measurement.of(name(), workers, window, violations).with("extra", 1.5));
    }
  }

  static BenchRunner runner(BlockingLoad.Worker worker, long violations) {
    return new BenchRunner(List.of(new FakeCase(worker, violations)), Connector.plain());
  }
}
