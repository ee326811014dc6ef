package io.coord.testkit;

/**
 * No etcd was found on this machine, nor could one be fetched; the message says what to install.
 */
public final class EtcdNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was tried and what would help
   */
  public EtcdNotFoundException(String message) {
    super(message);
  }
}
