package io.coord.benchmarks;

import io.coord.benchmarks.cases.FailoverCase;
import io.coord.benchmarks.cases.HandoffCase;
import io.coord.benchmarks.cases.LockLoopCase;
import io.coord.benchmarks.cases.LocksCompareCase;
import io.coord.benchmarks.cases.RawPutCase;
import io.coord.benchmarks.cases.RawPutCompareCase;
import io.coord.benchmarks.cases.RwLockCase;
import io.coord.benchmarks.cases.SessionsCase;
import io.coord.benchmarks.cases.StmCase;
import io.coord.benchmarks.cases.WaitersCase;
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
    all.add(LockLoopCase.contendedByProcesses());
    all.add(HandoffCase.mutex());
    all.add(new RwLockCase());
    all.add(LockLoopCase.election());
    all.add(HandoffCase.election());
    all.add(new WaitersCase());
    all.addAll(LocksCompareCase.each());
    all.add(LocksCompareCase.all());
    all.add(new StmCase());
    return List.copyOf(all);
  }
}
