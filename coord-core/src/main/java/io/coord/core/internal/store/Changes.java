package io.coord.core.internal.store;

/** Which changes a watch reports. */
public enum Changes {
  ALL,
  /** Deletions, expired leases among them; etcd does not send puts at all. */
  DELETIONS,
  /** Puts; etcd does not send deletions at all. */
  PUTS
}
