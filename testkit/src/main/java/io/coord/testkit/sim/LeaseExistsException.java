package io.coord.testkit.sim;

import io.coord.core.RefusedException;

/** The number is in use; for a repeated grant that means that the first one was applied. */
final class LeaseExistsException extends RefusedException {

  private static final long serialVersionUID = 1L;

  private final long ttlSeconds;

  LeaseExistsException(long id, long ttlSeconds) {
    super("lease " + Long.toHexString(id) + " exists already; choose another number", null);
    this.ttlSeconds = ttlSeconds;
  }

  long ttlSeconds() {
    return ttlSeconds;
  }
}
