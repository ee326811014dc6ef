package io.coord.core.internal.store;

/** What one {@link Op} of a transaction gave. */
public sealed interface OpResult {

  /** A put was made. */
  record Put() implements OpResult {}

  /** What a read saw. */
  record Range(RangeResult result) implements OpResult {}

  /** How many keys a deletion removed. */
  record Delete(long deleted) implements OpResult {}

  /** What a nested transaction gave. */
  record Txn(TxnResult result) implements OpResult {}
}
