package io.coord.stm;

/** What is done about a commit whose answer was lost. */
public enum UnknownOutcome {
  /**
   * It is found out whether the commit was applied, after an outage of up to five minutes, too. For
   * that each commit also writes a small marker key of its connection, below {@code __coord/stm/},
   * in the same etcd transaction. The markers are under a lease that is opened with the
   * connection's first commit and ends with the connection, or five minutes after its process died.
   * A commit that finds no marker free takes one more round trip, to make one.
   */
  RESOLVE,

  /** The caller gets an {@link io.coord.core.OutcomeUnknownException}; no marker is written. */
  REPORT
}
