package io.coord.queues.internal;

import java.util.List;
import java.util.Optional;

/**
 * The first items of a queue, read at one revision.
 *
 * @param revision the revision
 * @param items every item there is up to the end, in no particular order
 * @param end the last one that the window reaches to; empty when nothing follows
 * @param count how many keys the queue had, about
 */
record Window(long revision, List<Item> items, Optional<Item> end, long count) {

  /** Whether the queue was empty. */
  boolean isEmpty() {
    return items.isEmpty() && end.isEmpty();
  }
}
