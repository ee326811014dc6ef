package io.coord.cli.show;

import io.coord.core.Contender;

/**
 * One who holds or waits.
 *
 * @param place what it does, for people, such as "holds" or "waits 2"
 * @param holds whether it holds
 * @param contender who it is
 */
record Standing(String place, boolean holds, Contender contender) {

  static Standing holds(String place, Contender contender) {
    return new Standing(place, true, contender);
  }

  static Standing waits(String place, Contender contender) {
    return new Standing(place, false, contender);
  }
}
