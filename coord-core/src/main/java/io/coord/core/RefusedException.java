package io.coord.core;

import org.jspecify.annotations.Nullable;

/** etcd refused the request; repeating it unchanged is pointless. Nothing was applied. */
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
