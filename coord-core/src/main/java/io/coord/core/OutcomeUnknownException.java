package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * The request may have been applied, or may yet be; its answer was lost, and the outcome could not
 * be found out. Repeat only what is harmless to do twice.
 */
public final class OutcomeUnknownException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
