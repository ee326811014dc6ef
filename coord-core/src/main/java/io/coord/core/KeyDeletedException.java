package io.coord.core;

import org.jspecify.annotations.Nullable;

/**
 * The key by which the caller stood in line was deleted in etcd by somebody else, or with its
 * lease; what it waited for was not granted. The call may be repeated, and then begins at the end
 * of the line.
 */
public final class KeyDeletedException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, with the value, and what would be right
   * @param cause what it came from, or null
   */
  public KeyDeletedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
