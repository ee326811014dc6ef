package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * The {@link Coord} or {@link Session} was closed, before the call or while it was under way. In
 * the latter case what is harmless to do twice, such as the deletion of a waiter's own key, may
 * have been applied, or may yet be.
 */
public final class ClosedException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public ClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
