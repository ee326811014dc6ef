package io.coord.core;

/**
 * Why a session was lost.
 *
 * @param reason the kind of loss
 * @param detail what happened, for a person to read
 */
public record SessionLoss(Reason reason, String detail) {

  /** The kinds of loss. */
  public enum Reason {
    /**
     * No keep-alive was answered until the local deadline: etcd cut off, or this process stopped
     * for too long. The lease may or may not still exist.
     */
    DEADLINE_PASSED,
    /** The lease is gone from etcd: it was revoked from outside, or it had already expired. */
    LEASE_GONE,
    /**
     * etcd refused the keep-alives until the local deadline, for instance because the user was
     * removed. The lease may or may not still exist.
     */
    REFUSED
  }
}
