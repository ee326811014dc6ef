package io.coord.core;

/**
 * A transaction required a {@link Guard} that was not true when etcd came to it: what it stood for
 * is held no more. Nothing was written; repeating it is pointless.
 */
public final class GuardFailedException extends CoordException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which guard failed, and what was found instead
   */
  public GuardFailedException(String message) {
    super(message, null);
  }
}
