package io.coord.locks;

/** Permits of a {@link Semaphore}, from their grant to their release, all at once. */
public interface PermitHold extends LockHold {

  /**
   * Returns how many permits are held.
   *
   * @return one or more
   */
  int permits();
}
