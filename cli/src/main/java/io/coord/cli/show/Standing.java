package io.coord.cli.show;

import io.coord.core.Contender;

/**
 * One who holds or waits.
 *
 * @param place what it does: holds, leads, or waits, and at which place
 * @param holds whether it holds
 * @param contender who it is
 */
record Standing(String place, boolean holds, Contender contender) {

  /** One in a line where the first one holds. */
  static Standing inLine(int index, Contender contender) {
    if (index > 0) {
      return new Standing("waits " + index, false, contender);
    }
    return new Standing(ValueText.of(contender).isEmpty() ? "holds" : "leads", true, contender);
  }

  /** One who holds a read-write mutex. */
  static Standing holding(Side side, Contender contender) {
    return new Standing(side == Side.READ ? "reads" : "writes", true, contender);
  }

  /** One who waits for a read-write mutex; the first one who does is 1. */
  static Standing waiting(int number, Side side, Contender contender) {
    String purpose = side == Side.READ ? " to read" : " to write";
    return new Standing("waits " + number + purpose, false, contender);
  }

  /** What one wants of a read-write mutex. */
  enum Side {
    READ,
    WRITE
  }
}
