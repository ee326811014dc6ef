package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Names;
import io.coord.core.internal.store.KeyRange;
import java.util.Optional;

/**
 * The keys of a work queue, below a prefix that nothing else has: no name has the NUL that ends it.
 *
 * <pre>
 *   item/PPPPP/SSSS        the record of an item that may be claimed, in order
 *   claim/held/PPPPP/SSSS  the record of an item that is claimed, or delayed
 *   claim/live/PPPPP/SSSS  beside it, under the lease of who holds it: a session, or a delay
 *   dead/PPPPP/SSSS        the record of an item that failed too often
 *   id/ID                  the item with this deduplication id is somewhere among the above
 *   back                   rewritten with whatever returns to its old place
 *   in                     rewritten with whatever makes a bounded queue longer
 * </pre>
 */
final class WorkKeys {

  private static final int SUFFIX_LENGTH =
      PriorityOrder.PRIORITY_DIGITS + 1 + PriorityOrder.SEQUENCE_DIGITS;

  private final Bytes prefix;
  private final Bytes items;
  private final PriorityOrder order;

  WorkKeys(String name) {
    this.prefix = Bytes.utf8("__coord/work/" + Names.check("work queue", name) + "\0");
    this.items = below("item/");
    this.order = new PriorityOrder(items, Optional.of(back()));
  }

  PriorityOrder order() {
    return order;
  }

  /** What all keys of one item end with, from any of them: its priority and sequence. */
  Bytes suffix(Bytes key) {
    return key.from(key.length() - SUFFIX_LENGTH);
  }

  Bytes item(Bytes suffix) {
    return items.concat(suffix);
  }

  Bytes held(Bytes suffix) {
    return below("claim/held/").concat(suffix);
  }

  Bytes live(Bytes suffix) {
    return below("claim/live/").concat(suffix);
  }

  Bytes dead(Bytes suffix) {
    return below("dead/").concat(suffix);
  }

  Bytes id(String id) {
    return below("id/" + id);
  }

  /** The key that is rewritten with everything that returns to its old place. */
  Bytes back() {
    return below("back");
  }

  Bytes in() {
    return below("in");
  }

  /** A key that is never put, whose name has some bytes more than so many. */
  Bytes room(int bytes) {
    return below("room/" + "-".repeat(bytes));
  }

  KeyRange items() {
    return KeyRange.prefix(items);
  }

  KeyRange allHeld() {
    return KeyRange.prefix(below("claim/held/"));
  }

  KeyRange allLive() {
    return KeyRange.prefix(below("claim/live/"));
  }

  KeyRange allDead() {
    return KeyRange.prefix(below("dead/"));
  }

  /** Covers what is held, and what is live. */
  KeyRange heldAndLive() {
    return KeyRange.prefix(below("claim/"));
  }

  /** Whether this is the record of an item that is held, and no key of a stranger. */
  boolean isHeld(Bytes key) {
    return isOfItem(key, below("claim/held/"));
  }

  /** Whether this tells that an item is held. */
  boolean isLive(Bytes key) {
    return isOfItem(key, below("claim/live/"));
  }

  /** Whether this is the record of an item that is dead. */
  boolean isDead(Bytes key) {
    return isOfItem(key, below("dead/"));
  }

  private boolean isOfItem(Bytes key, Bytes place) {
    return key.startsWith(place) && order.isItem(items.concat(key.from(place.length())));
  }

  private Bytes below(String path) {
    return prefix.concat(Bytes.utf8(path));
  }
}
