package io.coord.testkit.sim;

/** What can happen to a client or to the server at any moment. */
public enum Disturbance {
  /** A client and the server cannot reach each other for a while. */
  PARTITION,
  /** A client does not run for a while, though time goes on: SIGSTOP and SIGCONT. */
  PAUSE,
  /** A client's watch stream breaks; its watches are resumed after a while. */
  WATCH_BREAK,
  /** The server is down for a while. Afterwards each lease has its full time to live again. */
  OUTAGE,
  /** Another member becomes the leader, which gives each lease its full time to live again. */
  LEADER_CHANGE,
  /** The past is compacted away. */
  COMPACTION,
  /** Somebody revokes a lease from outside. No client can foresee this. */
  LEASE_REVOCATION,
  /** Somebody deletes a key by hand. No client can foresee this. */
  KEY_DELETION
}
