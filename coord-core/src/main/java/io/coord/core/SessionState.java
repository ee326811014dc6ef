package io.coord.core;

/** What a {@link Session} is. */
public enum SessionState {
  /** Keep-alives are answered. */
  ACTIVE,
  /**
   * No keep-alive was answered for two thirds of the time to live. Everything under the lease still
   * stands; a careful holder stops beginning new work. Becomes ACTIVE again or LOST.
   */
  SUSPENDED,
  /** The lease is gone, or may be at any moment. Final. */
  LOST,
  /** Closed or orphaned by its owner. Final. */
  CLOSED
}
