package io.coord.testkit;

/** How a client finds a member that it has been cut off from. */
public enum ClientCut {
  /** Connections are reset and new ones refused, as if the member's process were gone. */
  REFUSED,
  /**
   * Connections stay up and new ones are made, but no byte arrives in either direction, as behind a
   * dead switch. What was sent meanwhile arrives when the client is reconnected.
   */
  SILENT,
  /**
   * Requests arrive and take effect, but no reply comes back. The replies arrive when the client is
   * reconnected; to lose them for good, cut with {@link #REFUSED} before that.
   */
  REPLIES_LOST
}
