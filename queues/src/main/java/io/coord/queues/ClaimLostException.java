package io.coord.queues;

import io.coord.core.CoordException;

/**
 * The claim had ended before: its session was lost, or it was acknowledged or given back. The item
 * may be with another consumer. Nothing was changed.
 */
public final class ClaimLostException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param key the item's key
   */
  public ClaimLostException(String key) {
    super("the claim of " + key + " had ended before; the item may be with another consumer", null);
  }
}
