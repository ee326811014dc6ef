package io.coord.election;

import io.coord.core.CoordException;

/** The caller leads no more: it resigned, or lost the leadership. Nothing was written. */
public final class NotLeaderException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was tried, and why the caller does not lead
   */
  public NotLeaderException(String message) {
    super(message, null);
  }
}
