package io.coord.core.internal.store;

import io.coord.core.Bytes;

/**
 * A read of one key or of a range.
 *
 * @param range what to read
 * @param revision the revision to read at; 0 for the newest
 * @param limit the greatest number of keys to return; 0 for all
 * @param order how the answer is ordered; anything but {@link Order#KEY} makes the server read the
 *     whole range first
 * @param projection what is returned of each key
 * @param consistency how fresh the answer must be
 */
public record RangeRequest(
    KeyRange range,
    long revision,
    long limit,
    Order order,
    Projection projection,
    Consistency consistency) {

  /** How an answer is ordered. */
  public enum Order {
    /** By key, ascending. */
    KEY,
    /** By key, descending. */
    KEY_DESCENDING,
    /** By create revision, ascending. */
    CREATE_REVISION,
    /** By modification revision, ascending. */
    MOD_REVISION
  }

  /** What is returned of each key. */
  public enum Projection {
    KEYS_AND_VALUES,
    KEYS,
    COUNT
  }

  /** How fresh an answer must be. */
  public enum Consistency {
    /** Sees every write that was acknowledged before the read began. */
    LINEARIZABLE,
    /** Whatever the answering member has applied; never waits for a quorum. */
    SERIALIZABLE
  }

  public static RangeRequest of(KeyRange range) {
    return new RangeRequest(
        range, 0, 0, Order.KEY, Projection.KEYS_AND_VALUES, Consistency.LINEARIZABLE);
  }

  public static RangeRequest key(Bytes key) {
    return of(KeyRange.single(key));
  }

  public static RangeRequest prefix(Bytes prefix) {
    return of(KeyRange.prefix(prefix));
  }

  public RangeRequest atRevision(long newRevision) {
    return new RangeRequest(range, newRevision, limit, order, projection, consistency);
  }

  public RangeRequest limit(long newLimit) {
    return new RangeRequest(range, revision, newLimit, order, projection, consistency);
  }

  public RangeRequest orderedBy(Order newOrder) {
    return new RangeRequest(range, revision, limit, newOrder, projection, consistency);
  }

  public RangeRequest keysOnly() {
    return new RangeRequest(range, revision, limit, order, Projection.KEYS, consistency);
  }

  public RangeRequest countOnly() {
    return new RangeRequest(range, revision, limit, order, Projection.COUNT, consistency);
  }

  public RangeRequest serializable() {
    return new RangeRequest(range, revision, limit, order, projection, Consistency.SERIALIZABLE);
  }
}
