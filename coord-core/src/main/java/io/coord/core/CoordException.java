package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * Something that Coord could not do; the kind says what the caller may do about it.
 *
 * <p>Unchecked. Interruption alone is checked, as {@link InterruptedException}.
 */
public abstract class CoordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  protected CoordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
