package io.coord.stm.internal;

import io.coord.core.CoordException;

/**
 * An attempt in company cannot go on, and its body is run again. Thrown out of the body's own
 * reads, so it is what a body sees that catches everything.
 */
final class Rerun extends CoordException {

  private static final long serialVersionUID = 1L;

  /** How the body is run again. */
  enum How {
    /** As before: others have written what it has read. */
    IN_COMPANY,
    /** By itself: it asks for what only a transaction of its own can give. */
    ALONE
  }

  private final How how;

  private Rerun(How how, String message) {
    super(message, null);
    this.how = how;
  }

  static Rerun overtaken() {
    return new Rerun(
        How.IN_COMPANY, "what the attempt has read was written by others; the body is run again");
  }

  static Rerun alone(String what) {
    return new Rerun(
        How.ALONE,
        "the transaction " + what + ", so it has a commit of its own; the body is run again");
  }

  How how() {
    return how;
  }
}
