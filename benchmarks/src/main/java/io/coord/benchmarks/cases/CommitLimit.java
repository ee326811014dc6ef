package io.coord.benchmarks.cases;

/**
 * What no client can be faster than: an operation needs so many commits one after the other, so
 * many commits are under way at once, and so many operations share one. The rate of single puts
 * with as many in flight, or of transactions of as many puts, divided by the commits, is the limit.
 *
 * @param commits how many commits of an operation wait for one another
 * @param inFlight how many commits are under way at once
 * @param together how many operations share a commit
 */
record CommitLimit(int commits, int inFlight, int together) {

  /** Each operation has its commits to itself. */
  static CommitLimit alone(int commits, int inFlight) {
    return new CommitLimit(commits, inFlight, 1);
  }

  /** All operations that are under way share a commit, and one commit is under way at a time. */
  static CommitLimit shared(int commits, int together) {
    return new CommitLimit(commits, 1, together);
  }

  double perSecond(double requestsPerSecond) {
    return requestsPerSecond * together / commits;
  }
}
