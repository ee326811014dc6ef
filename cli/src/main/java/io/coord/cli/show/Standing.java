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
}
