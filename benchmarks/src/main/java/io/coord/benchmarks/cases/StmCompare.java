package io.coord.benchmarks.cases;

import java.util.List;

/** Transactions beside etcd's own Go client. */
public final class StmCompare {

  private static final List<MeasuredCase> CASES =
      List.of(StmCase.oneProcess(), new StmProcessesCase());

  private StmCompare() {}

  /** All rows but the last. */
  public static CompareCase accounts() {
    return CompareCase.of("stm-accounts-compare", StmCase.oneProcess());
  }

  /** The last row for itself. */
  public static CompareCase processes() {
    return CompareCase.of(new StmProcessesCase());
  }

  /** Everything, as it stands in docs/benchmarks.md. */
  public static CompareCase all() {
    return CompareCase.all(
        "stm-compare",
        "the whole table of transactions, beside etcd's Go client: 3 minutes with --rounds 2",
        CASES,
        List.of());
  }
}
