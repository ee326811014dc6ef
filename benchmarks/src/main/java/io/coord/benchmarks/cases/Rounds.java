package io.coord.benchmarks.cases;

import java.time.Duration;

/** What is done in each round of those who wait for one another. */
interface Rounds {

  /**
   * How long those who wait stand there before the one comes for whom they wait. Watches that begin
   * in etcd's past, as those of its Go client do, are served every 100 ms at first.
   */
  Duration STANDING = Duration.ofMillis(150);

  /**
   * How long they stand there while our code warms up: there are many more rounds then, and it is
   * compiled when it is measured, as the Go program is.
   */
  Duration STANDING_BRIEFLY = Duration.ofMillis(5);

  /**
   * One round.
   *
   * @param nanos from the call of the one to the return of the last
   * @param violations how many returned before that call
   */
  record Round(long nanos, long violations) {}

  /** Makes what one measurement needs. */
  @FunctionalInterface
  interface Kind {
    Rounds of(Crew crew);
  }

  /** Does a round in which those who wait stand there for so long. */
  Round next(Duration standing) throws InterruptedException;
}
