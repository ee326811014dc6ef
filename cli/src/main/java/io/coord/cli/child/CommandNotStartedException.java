package io.coord.cli.child;

/** A command could not be started. */
public final class CommandNotStartedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Cause cause;

  /** What kept it from starting. */
  public enum Cause {
    NOT_FOUND,
    NOT_EXECUTABLE
  }

  CommandNotStartedException(Cause cause, String message, Throwable reason) {
    super(message, reason);
    this.cause = cause;
  }

  /** What kept it from starting. */
  public Cause kind() {
    return cause;
  }
}
