package io.coord.benchmarks.cases;

import java.util.List;

/** Locks and elections beside etcd's own Go client. */
public final class LocksCompare {

  private LocksCompare() {}

  private static List<MeasuredCase> compared() {
    return List.of(
        LockLoopCase.uncontended(),
        LockLoopCase.uncontendedInParallel(),
        LockLoopCase.contended(),
        LockLoopCase.contendedByProcesses(),
        HandoffCase.mutex(),
        new RwLockCase(),
        LockLoopCase.election(),
        HandoffCase.election());
  }

  /** Everything, as it stands in docs/benchmarks.md. */
  public static CompareCase all() {
    return CompareCase.all(
        "locks-compare",
        "the whole table of locks and elections, beside etcd's Go client: 5 minutes with --rounds"
            + " 2",
        compared(),
        List.of(new WaitersCase()));
  }

  /** A comparison for each case. */
  public static List<CompareCase> each() {
    return compared().stream().map(CompareCase::of).toList();
  }
}
