package io.coord.benchmarks.cases;

/**
 * What no client can be faster than: an operation needs so many commits one after the other, so
 * many commits are under way at once, and so many operations share one. The rate of single puts
 * with as many in flight, or of transactions of as many puts, divided by the commits, is the limit.
 *
 * @param commits how many commits of an operation wait for one another
 * @param inFlight how many commits are under way at once
 * @param together how many operations share a commit
 * @param puts how many keys a commit writes
 */
record CommitLimit(int commits, int inFlight, int together, int puts) {

  /** Each operation has its commits to itself. */
  static CommitLimit alone(int commits, int inFlight) {
    return new CommitLimit(commits, inFlight, 1, 1);
  }

  /** All operations that are under way share a commit, and one commit is under way at a time. */
  static CommitLimit shared(int commits, int together) {
    return new CommitLimit(commits, 1, together, together);
  }

  /** Operations that write the same keys share a commit, and one commit is under way at a time. */
  static CommitLimit sharing(int together, int puts) {
    return new CommitLimit(1, 1, together, puts);
  }

  double perSecond(double requestsPerSecond) {
    return requestsPerSecond * together / commits;
  }
}
