package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * No member of the cluster answered in time, or none has a leader. The call may be repeated:
 * nothing was applied, or what may have been is harmless to do twice. A session that could not be
 * opened, say, may leave a lease, which runs out.
 */
public final class UnavailableException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
