package io.coord.benchmarks.cases;

import java.util.List;

/** Queues and barriers beside etcd's own Go client. */
public final class QueuesCompare {

  private QueuesCompare() {}

  private static List<MeasuredCase> compared() {
    return List.of(
        EnqueueCase.fifo(),
        DequeueCase.fifo(),
        DequeueCase.fifoByProcesses(),
        DequeueCase.fifoAtDepth(),
        EnqueueCase.priority(),
        DequeueCase.priority(),
        DequeueCase.priorityAtDepth(),
        GatheringCase.barrier(),
        GatheringCase.enter(),
        GatheringCase.leave());
  }

  /** Everything, as it stands in docs/benchmarks.md. */
  public static CompareCase all() {
    return CompareCase.all(
        "queues-compare",
        "the whole table of queues and barriers, beside etcd's Go client: 11 minutes with --rounds"
            + " 2",
        compared(),
        List.of(new WorkQueueCase()));
  }

  /** A comparison for each case. */
  public static List<CompareCase> each() {
    return compared().stream().map(CompareCase::of).toList();
  }
}
