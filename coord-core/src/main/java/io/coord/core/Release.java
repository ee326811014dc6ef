package io.coord.core;

/** What the release of a lock or the resignation from a leadership found. */
public enum Release {
  /**
   * It was held until now, as far as can be known, and is free for the next. When etcd's answer is
   * lost and the release is repeated, a key that somebody else deleted at that very time cannot be
   * told from one that the release deleted.
   */
  RELEASED,
  /** It had been lost before; the hold's {@code lost()} says why. */
  HAD_BEEN_LOST,
  /**
   * etcd could not be reached in time, or refused. The release goes on by itself until it succeeds;
   * at the latest it is free when the session's lease expires.
   */
  PENDING
}
