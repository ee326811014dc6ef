package io.coord.testkit.sim;

/** What can go wrong with one message between a client and the server. */
public enum MessageFault {
  /** A request is lost: it is never applied. A repeatable one is sent again after a while. */
  LOSE_REQUEST,
  /** A request is applied, but its answer is lost. */
  LOSE_REPLY,
  /**
   * A request is applied, and its answer is held up: what it says was so a while ago. An answer
   * that comes after the next attempt has begun is ignored.
   */
  DELAY_REPLY,
  /**
   * A request is held up for so long that its sender gives it up, and is applied all the same: the
   * ghost of a write whose caller was told that its outcome is unknown.
   */
  DELAY_REQUEST,
  /** A repeatable request is applied twice, the second time late. Others are never sent twice. */
  DUPLICATE_REQUEST,
  /**
   * A read that does not ask to be linearizable, or the "now" of a new watch, is answered by a
   * member that lags behind.
   */
  LAG,
  /** A watch's changes wait for a while, and then arrive many revisions in one call. */
  STALL_WATCH
}
