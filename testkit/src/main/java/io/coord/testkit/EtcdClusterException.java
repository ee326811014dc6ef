package io.coord.testkit;

/** A cluster could not be started, or a fault could not be made or repaired. */
public final class EtcdClusterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what failed, with the member and, for a start, the end of its log
   */
  public EtcdClusterException(String message) {
    super(message);
  }

  /**
   * Makes the exception.
   *
   * @param message what failed
   * @param cause why
   */
  public EtcdClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
