package io.coord.locks;

import io.coord.core.CoordException;

/**
 * Clients do not agree on the maximum of a {@link Semaphore}: etcd has another than the one that
 * was given. Nothing was acquired. Give the same one everywhere, or raise it with {@link
 * Semaphore#raiseMaximum(int)}.
 */
public final class MaximumMismatchException extends CoordException {

  private static final long serialVersionUID = 1L;

  private final int given;
  private final int agreed;

  /**
   * Creates the exception.
   *
   * @param name the name of the semaphore
   * @param given the maximum that this client was given
   * @param agreed the maximum in etcd
   */
  public MaximumMismatchException(String name, int given, int agreed) {
    super(
        "the maximum of semaphore "
            + name
            + " is "
            + agreed
            + " in etcd, and "
            + given
            + " was given here; expected the same number in every client",
        null);
    this.given = given;
    this.agreed = agreed;
  }

  /**
   * Returns the maximum that this client was given.
   *
   * @return a positive number
   */
  public int given() {
    return given;
  }

  /**
   * Returns the maximum in etcd.
   *
   * @return a positive number
   */
  public int agreed() {
    return agreed;
  }
}
