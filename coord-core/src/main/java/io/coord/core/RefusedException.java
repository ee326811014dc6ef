package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * The request was refused, by etcd or by what it was meant for. Nothing was applied; where a
 * subclass does not say otherwise, repeating it unchanged is pointless.
 */
public class RefusedException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
