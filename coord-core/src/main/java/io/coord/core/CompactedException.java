package io.coord.core;

import org.jspecify.annotations.Nullable;

/** The revision that was asked for has been compacted away. */
public final class CompactedException extends RefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public CompactedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
