package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * Who we are was not accepted: wrong user or password, or a certificate that one side does not
 * trust.
 */
public final class AuthenticationException extends RefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public AuthenticationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
