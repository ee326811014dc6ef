package io.coord.it.torture.real.history;

/** How an operation ended, as far as its client was told. */
public enum Outcome {
  /** It did what it was asked to. */
  OK,
  /** It failed, and says that it did nothing. */
  FAILED,
  /** It failed, and may have done it. */
  UNKNOWN,
  /** It threw what it never should. */
  BROKEN,
  /** It never ended: its client was killed before, or it hung. */
  OPEN
}
