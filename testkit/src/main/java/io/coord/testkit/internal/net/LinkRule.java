package io.coord.testkit.internal.net;

import java.time.Duration;

/**
 * How a link treats the bytes of its connections.
 *
 * @param passage which directions carry bytes
 * @param delay how long each piece of data is held before it goes on, in each direction
 */
record LinkRule(Passage passage, Duration delay) {

  static final LinkRule CLEAR = new LinkRule(Passage.OPEN, Duration.ZERO);

  LinkRule {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "a link's delay is " + delay + "; it must not be negative");
    }
  }

  LinkRule with(Passage newPassage) {
    return new LinkRule(newPassage, delay);
  }

  LinkRule with(Duration newDelay) {
    return new LinkRule(passage, newDelay);
  }
}
