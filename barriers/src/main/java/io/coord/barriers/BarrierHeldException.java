package io.coord.barriers;

import io.coord.core.CoordException;

/** The barrier is held already. Nothing was written. */
public final class BarrierHeldException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which barrier, and since when
   */
  public BarrierHeldException(String message) {
    super(message, null);
  }
}
