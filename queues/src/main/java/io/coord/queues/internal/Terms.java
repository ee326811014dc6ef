package io.coord.queues.internal;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * On what terms values come into a work queue.
 *
 * @param id an item with the same id must not be in the queue
 * @param delayLease the lease that keeps the item back until it runs out
 * @param bound how many items there may be then
 */
record Terms(Optional<String> id, OptionalLong delayLease, OptionalInt bound) {

  static final Terms NONE = new Terms(Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

  Terms withoutDelay() {
    return new Terms(id, OptionalLong.empty(), bound);
  }

  /** Whether the values may share a transaction with others. */
  boolean arePlain() {
    return id.isEmpty() && delayLease.isEmpty() && bound.isEmpty();
  }
}
