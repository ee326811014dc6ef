package io.coord.cli.child;

/** The lock was lost while it was needed. */
public final class LockLostException extends Exception {

  private static final long serialVersionUID = 1L;

  LockLostException(String message) {
    super(message);
  }
}
