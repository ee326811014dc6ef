package io.coord.stm.internal;

/**
 * Whether a guess is worth its price: after a wrong one, some transactions do without, and twice as
 * many after the next wrong one, until one is right again. Guarded by the lock of its {@link
 * Convoy}.
 */
final class Trust {

  private static final int MOST_WITHOUT = 64;

  private int without;
  private int withoutNext = 1;

  /** Whether the transaction that asks may guess. */
  boolean isGiven() {
    if (without == 0) {
      return true;
    }
    without--;
    return false;
  }

  void wasRight() {
    without = 0;
    withoutNext = 1;
  }

  void wasWrong() {
    without = withoutNext;
    withoutNext = Math.min(MOST_WITHOUT, 2 * withoutNext);
  }
}
