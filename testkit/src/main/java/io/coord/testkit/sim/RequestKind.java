package io.coord.testkit.sim;

/** Which request of a client an explicit fault is meant for. */
public enum RequestKind {
  /** The next one, whatever it is. */
  ANY,
  /** The next read of a range. */
  RANGE,
  /** The next transaction. */
  TXN,
  /** The next grant of a lease. */
  LEASE_GRANT,
  /** The next revocation of a lease. */
  LEASE_REVOKE,
  /** The next keep-alive of a lease. */
  LEASE_KEEP_ALIVE,
  /** The next question about a lease. */
  LEASE_STATUS;

  boolean matches(RequestKind sent) {
    return this == ANY || this == sent;
  }
}
