package io.coord.stm;

/** Whether transactions of one connection that arrive together are committed together. */
public enum CommitSharing {
  /**
   * They may share one transaction of etcd, with the effect of running one after another: each sees
   * what the ones before it write. Only transactions at the serializable levels do, with lost
   * answers resolved, that read single keys, and put no key under a session and require no guard.
   * One that is alone is sent at once.
   *
   * <p>Their writes come out at one revision, and of several to the same key the last one is what
   * etcd stores: a watcher sees the state after all of them, not the ones between.
   */
  ALLOWED,

  /** Each has a transaction of etcd to itself. */
  NEVER
}
