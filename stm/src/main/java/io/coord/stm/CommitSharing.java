package io.coord.stm;

/**
 * Whether transactions of one connection help each other: those that arrive together are committed
 * together, and those that come one after another know what the last ones have read and written.
 */
public enum CommitSharing {
  /**
   * They may share one transaction of etcd, with the effect of running one after another: each sees
   * what the ones before it write. Only transactions at the serializable levels do, with lost
   * answers resolved, that read single keys, and put no key under a session and require no guard.
   * One that is alone is sent at once.
   *
   * <p>One that is alone, and comes within a second of the last one, runs its first attempt on what
   * is remembered of that: a few megabytes at most, of one revision. So it needs one round trip,
   * for the commit, and none for reads. Nothing remembered is believed: the commit checks all that
   * was read, and a transaction that only reads is checked by a round trip to a quorum. If others
   * have changed something meanwhile, the answer brings the fresh values, and the body is run again
   * on those; this counts as an attempt and as a conflict, and the next transactions do not try it.
   *
   * <p>Of those that are committed together, the writes come out at one revision, and of several to
   * the same key the last one is what etcd stores: a watcher sees the state after all of them, not
   * the ones between.
   */
  ALLOWED,

  /** Each reads by itself, and has a transaction of etcd to itself. */
  NEVER
}
