package io.coord.locks;

/** What a release found. */
public enum Release {
  /** The lock was held until now, and is free for the next. */
  RELEASED,
  /** The lock had been lost before: see {@link LockHold#lost()}. */
  HAD_BEEN_LOST,
  /**
   * etcd could not be reached in time. The release goes on by itself until it succeeds; at the
   * latest the lock is free when the session's lease expires.
   */
  PENDING
}
