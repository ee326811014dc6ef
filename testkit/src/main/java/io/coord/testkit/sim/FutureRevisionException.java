package io.coord.testkit.sim;

import io.coord.core.RefusedException;

/** The member does not have the revision yet; it, or another one, may have it soon. */
final class FutureRevisionException extends RefusedException {

  private static final long serialVersionUID = 1L;

  FutureRevisionException(long revision, long newest) {
    super("revision " + revision + " is in the future of " + newest, null);
  }
}
