package io.coord.core;

/**
 * Why something that was held, a lock or a leadership, is held no more though it was not released.
 *
 * @param reason the kind of loss
 * @param detail what happened, for a person to read
 */
public record HoldLoss(Reason reason, String detail) {

  /** The kinds of loss. */
  public enum Reason {
    /** The session that it was held under is lost. */
    SESSION_LOST,
    /** The session that it was held under was closed or orphaned before the hold was released. */
    SESSION_CLOSED,
    /** Its key was deleted in etcd by somebody else, or with its lease. */
    KEY_DELETED
  }
}
