package io.coord.benchmarks;

import io.coord.benchmarks.cases.FailoverCase;
import io.coord.benchmarks.cases.HandoffCase;
import io.coord.benchmarks.cases.LockLoopCase;
import io.coord.benchmarks.cases.RawPutCase;
import io.coord.benchmarks.cases.RawPutCompareCase;
import io.coord.benchmarks.cases.SessionsCase;
import io.coord.benchmarks.cases.StmCase;
import io.coord.benchmarks.cases.WaitersCase;
import java.util.List;

/** The cases there are. */
public final class Benchmarks {

  private Benchmarks() {}

  /** All cases, in the order in which they are listed. */
  public static List<BenchCase> all() {
    return List.of(
        RawPutCase.coord(),
        RawPutCase.conditional(),
        RawPutCase.jetcd(),
        new RawPutCompareCase(),
        new SessionsCase(),
        new FailoverCase(),
        LockLoopCase.uncontendedLine(),
        LockLoopCase.contendedLine(),
        LockLoopCase.uncontended(),
        LockLoopCase.uncontendedInParallel(),
        LockLoopCase.contended(),
        LockLoopCase.contendedByProcesses(),
        HandoffCase.mutex(),
        LockLoopCase.election(),
        HandoffCase.election(),
        new WaitersCase(),
        new StmCase());
  }
}
