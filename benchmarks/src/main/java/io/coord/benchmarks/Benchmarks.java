package io.coord.benchmarks;

import io.coord.benchmarks.cases.BoundedWorkCase;
import io.coord.benchmarks.cases.DequeueCase;
import io.coord.benchmarks.cases.EnqueueCase;
import io.coord.benchmarks.cases.FailoverCase;
import io.coord.benchmarks.cases.GatheringCase;
import io.coord.benchmarks.cases.HandoffCase;
import io.coord.benchmarks.cases.LockLoopCase;
import io.coord.benchmarks.cases.LocksCompare;
import io.coord.benchmarks.cases.QueuesCompare;
import io.coord.benchmarks.cases.QueuesSweepCase;
import io.coord.benchmarks.cases.RawPutCase;
import io.coord.benchmarks.cases.RawPutCompareCase;
import io.coord.benchmarks.cases.RwLockCase;
import io.coord.benchmarks.cases.SessionsCase;
import io.coord.benchmarks.cases.StmCase;
import io.coord.benchmarks.cases.StmCompare;
import io.coord.benchmarks.cases.StmProcessesCase;
import io.coord.benchmarks.cases.WaitersCase;
import io.coord.benchmarks.cases.WorkQueueCase;
import java.util.ArrayList;
import java.util.List;

/** The cases there are. */
public final class Benchmarks {

  private Benchmarks() {}

  /** All cases, in the order in which they are listed. */
  public static List<BenchCase> all() {
    List<BenchCase> all = new ArrayList<>();
    all.add(RawPutCase.coord());
    all.add(RawPutCase.conditional());
    all.add(RawPutCase.jetcd());
    all.add(new RawPutCompareCase());
    all.add(new SessionsCase());
    all.add(new FailoverCase());
    all.add(LockLoopCase.uncontendedLine());
    all.add(LockLoopCase.contendedLine());
    all.add(LockLoopCase.uncontended());
    all.add(LockLoopCase.uncontendedInParallel());
    all.add(LockLoopCase.contended());
    all.add(LockLoopCase.contendedAndGuarded());
    all.add(LockLoopCase.contendedByProcesses());
    all.add(HandoffCase.mutex());
    all.add(new RwLockCase());
    all.add(LockLoopCase.election());
    all.add(HandoffCase.election());
    all.add(new WaitersCase());
    all.addAll(LocksCompare.each());
    all.add(LocksCompare.all());
    all.add(StmCase.oneProcess());
    all.add(new StmProcessesCase());
    all.add(StmCompare.accounts());
    all.add(StmCompare.processes());
    all.add(StmCompare.all());
    all.add(EnqueueCase.fifo());
    all.add(DequeueCase.fifo());
    all.add(DequeueCase.fifoByProcesses());
    all.add(DequeueCase.fifoAtDepth());
    all.add(EnqueueCase.priority());
    all.add(DequeueCase.priority());
    all.add(DequeueCase.priorityAtDepth());
    all.add(new WorkQueueCase());
    all.add(new BoundedWorkCase());
    all.add(GatheringCase.barrier());
    all.add(GatheringCase.enter());
    all.add(GatheringCase.leave());
    all.addAll(QueuesCompare.each());
    all.add(QueuesCompare.all());
    all.add(new QueuesSweepCase());
    return List.copyOf(all);
  }
}
