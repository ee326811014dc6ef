package io.coord.core.internal.store;

import io.coord.core.Bytes;

/** One operation of a transaction. */
public sealed interface Op {

  /** Writes a key; {@code lease} 0 binds it to none. Answered by {@link OpResult.Put}. */
  record Put(Bytes key, Bytes value, long lease) implements Op {}

  /** Reads, as of after the operations before it. Answered by {@link OpResult.Range}. */
  record Get(RangeRequest request) implements Op {}

  /** Deletes every key of the range. Answered by {@link OpResult.Delete}. */
  record Delete(KeyRange range) implements Op {}

  /**
   * A transaction inside the transaction: its compares are evaluated after those of the outer one,
   * before any operation of either is applied. Answered by {@link OpResult.Txn}.
   */
  record Nested(TxnRequest request) implements Op {}

  static Op put(Bytes key, Bytes value, long lease) {
    return new Put(key, value, lease);
  }

  static Op put(Bytes key, Bytes value) {
    return new Put(key, value, 0);
  }

  static Op get(RangeRequest request) {
    return new Get(request);
  }

  static Op get(Bytes key) {
    return new Get(RangeRequest.key(key));
  }

  static Op delete(Bytes key) {
    return new Delete(KeyRange.single(key));
  }

  static Op delete(KeyRange range) {
    return new Delete(range);
  }
}
