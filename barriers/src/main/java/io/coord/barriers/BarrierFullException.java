package io.coord.barriers;

import io.coord.core.CoordException;

/**
 * The double barrier has all its members already, or those of the last time have not all left. The
 * caller's key has been deleted again.
 */
public final class BarrierFullException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which barrier, and how many it takes
   */
  public BarrierFullException(String message) {
    super(message, null);
  }
}
