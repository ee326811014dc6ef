package io.coord.core;

/** What the release of a lock or the resignation from a leadership found. */
public enum Release {
  /** It was held until now, and is free for the next. */
  RELEASED,
  /** It had been lost before; the hold's {@code lost()} says why. */
  HAD_BEEN_LOST,
  /**
   * etcd could not be reached in time. The release goes on by itself until it succeeds; at the
   * latest it is free when the session's lease expires.
   */
  PENDING
}
