package io.coord.cli.tour;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for something that can only be looked for. */
final class Looking {

  /** Far longer than anything takes here, on a machine that is busy with other things. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private Looking() {}

  /** What is looked for. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /**
   * Waits for it.
   *
   * @param otherwise what is wrong when it does not come about in time
   */
  static void until(Condition condition, String otherwise) throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new IllegalStateException(otherwise + " within " + LIMIT.toSeconds() + " s");
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
    }
  }
}
