package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchException;
import io.coord.core.Release;
import io.coord.core.Session;

/** A lock as a worker sees it; each worker has its own instance, under a session of its own. */
interface ExclusiveLock {

  /** Waits for the lock; gives the fencing token. */
  long acquire() throws InterruptedException;

  /** Gives it back, and waits until that has taken effect. */
  void release() throws InterruptedException;

  /**
   * Checks what a release found.
   *
   * @throws BenchException when it had not been held until then
   */
  static void requireReleased(Release found) {
    if (found != Release.RELEASED) {
      throw new BenchException("a release gave " + found + "; expected " + Release.RELEASED);
    }
  }

  /** A kind of lock. */
  @FunctionalInterface
  interface Kind {

    /** The lock of this name, for a worker. */
    ExclusiveLock of(Session session, String name);
  }
}
