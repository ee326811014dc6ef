package io.coord.benchmarks;

import java.util.Set;

/** Something that can be measured. Stateless: what a run needs lives in {@link #run}. */
public interface BenchCase {

  /** What the user calls it, in lower case with dashes. */
  String name();

  /** What it does, in one line. */
  String summary();

  /** The flags that mean something to it. */
  Set<Flag> flags();

  /**
   * Measures, and reports a line for each combination. Leaves nothing in etcd, also when it fails.
   *
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  void run(BenchRun run) throws InterruptedException;
}
