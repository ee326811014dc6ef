package io.coord.core;

import org.jspecify.annotations.Nullable;

/** The user is known, but its roles do not permit this on these keys. */
public final class PermissionDeniedException extends RefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public PermissionDeniedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
