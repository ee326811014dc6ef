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
   * While our code warms up the one comes at once, whether they stand there or not: only after some
   * thousands of rounds is all of it compiled that a round needs, the way through the connection
   * most of all.
   */
  Duration NOT_STANDING = Duration.ZERO;

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
