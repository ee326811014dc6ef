package io.coord.stm;

/** What is done about a commit whose answer was lost. */
public enum UnknownOutcome {
  /**
   * It is found out whether the commit was applied. For that each commit also writes a small marker
   * key of its connection, {@code __coord/stm/<lease>/<number>}, in the same etcd transaction. The
   * markers are under a lease that is opened with the connection's first commit and ends with the
   * connection.
   */
  RESOLVE,

  /** The caller gets an {@link io.coord.core.OutcomeUnknownException}; no marker is written. */
  REPORT
}
