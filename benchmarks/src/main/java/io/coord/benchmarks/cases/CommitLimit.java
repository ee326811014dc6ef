package io.coord.benchmarks.cases;

/**
 * What no client can be faster than: an operation needs so many commits one after the other, and so
 * many operations are under way at once. The rate of single puts with as many in flight, divided by
 * the commits, is the limit.
 *
 * @param commits how many commits of an operation wait for one another
 * @param inFlight how many operations are under way at once
 */
record CommitLimit(int commits, int inFlight) {

  double perSecond(double putsPerSecond) {
    return putsPerSecond / commits;
  }
}
