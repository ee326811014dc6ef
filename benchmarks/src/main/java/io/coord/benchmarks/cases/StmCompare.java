package io.coord.benchmarks.cases;

import java.util.List;

/** Transactions beside etcd's own Go client. */
public final class StmCompare {

  private StmCompare() {}

  /** Everything, as it stands in docs/benchmarks.md. */
  public static CompareCase all() {
    return CompareCase.all(
        "stm-compare",
        "the whole table of transactions, beside etcd's Go client: 5 minutes",
        List.of(StmCase.oneProcess(), StmCase.twoProcesses()),
        List.of(StmCase.oneProcess()),
        List.of());
  }
}
