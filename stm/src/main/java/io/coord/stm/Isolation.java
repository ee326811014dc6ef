package io.coord.stm;

/**
 * How far a transaction is kept apart from those that others commit meanwhile. The levels, and what
 * they compare at the commit, are those of etcd's Go package {@code client/v3/concurrency}; each
 * allows what the one before it refuses.
 *
 * <pre>
 *                                        reads of one      a key that was    a key that was only
 *                                        attempt are of    read has changed  written has changed
 *   SERIALIZABLE_SNAPSHOT (the default)  one revision      runs again        runs again
 *   SERIALIZABLE                         one revision      runs again        is overwritten
 *   REPEATABLE_READS                     any revisions     runs again        is overwritten
 *   READ_COMMITTED                       any revisions     is overwritten    is overwritten
 * </pre>
 *
 * <p>Whatever the level: a key that was read once reads the same again in that attempt, an attempt
 * sees its own writes, nobody sees those of an attempt that is not committed, and all writes take
 * effect together.
 *
 * <p>A range that was read ({@link Transaction#getRange}) is guarded at the first two levels
 * against changes, deletions and insertions; at {@link #REPEATABLE_READS} against changes and
 * deletions of the keys that it had; at {@link #READ_COMMITTED} against nothing. etcd's Go package
 * reads no ranges.
 */
public enum Isolation {

  /**
   * All reads are of one revision, and nothing that was read <em>or written</em> has been changed
   * by others between that revision and the commit. A transaction that reads nothing has no such
   * revision, and cannot fail.
   */
  SERIALIZABLE_SNAPSHOT,

  /**
   * All reads are of one revision, and nothing that was read has been changed by others before the
   * commit: the transactions have the effect of running one after another. What is written without
   * having been read may overwrite what somebody else wrote after that revision.
   */
  SERIALIZABLE,

  /**
   * Each key is read as it is when it is first asked for, by whichever member answers, without
   * asking a quorum. So an attempt may see a mixture of older and newer values: its body must
   * endure what no single revision ever held. Such an attempt is not committed, though: nothing
   * that was read may have been changed by others before the commit. A transaction that only reads
   * is checked in the same way, which takes a round trip.
   *
   * <p>What is missing to {@link #SERIALIZABLE}: reads of one revision, and the guard against keys
   * that are inserted into a range that was read.
   */
  REPEATABLE_READS,

  /**
   * Each key is read as some member has it, and nothing is checked at the commit: what others have
   * changed meanwhile is overwritten, and what was read may be older than this process' own last
   * commit. Never conflicts.
   */
  READ_COMMITTED
}
