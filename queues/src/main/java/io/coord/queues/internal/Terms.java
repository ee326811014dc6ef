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
 * @param room for how many bytes more etcd must have room in a request
 */
record Terms(Optional<String> id, OptionalLong delayLease, OptionalInt bound, int room) {

  static final Terms NONE =
      new Terms(Optional.empty(), OptionalLong.empty(), OptionalInt.empty(), 0);

  Terms withoutDelay() {
    return new Terms(id, OptionalLong.empty(), bound, room);
  }

  /** Whether values on these terms may share a transaction with values on others. */
  boolean goWith(Terms others) {
    return areOfMany() && others.areOfMany() && bound.equals(others.bound);
  }

  private boolean areOfMany() {
    return id.isEmpty() && delayLease.isEmpty();
  }
}
