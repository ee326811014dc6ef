package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Names;
import io.coord.core.internal.store.KeyRange;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The keys of a work queue, below a prefix that nothing else has: no name has the NUL that ends it.
 *
 * <pre>
 *   item/PPPPP/SSSS              the record of an item that may be claimed, in order
 *   claim/held/LEASE/PPPPP/SSSS  the record of an item that is claimed, or delayed: held by a lease,
 *                                which is that of a session, or the delay itself
 *   claim/live/LEASE             under that lease: what it holds stays there while this exists
 *   dead/PPPPP/SSSS              the record of an item that failed too often
 *   id/ID                        the item with this deduplication id is somewhere among the above
 *   back                         rewritten with whatever returns to its old place
 *   in                           rewritten with whatever makes a bounded queue longer
 * </pre>
 */
final class WorkKeys {

  private static final int SUFFIX_LENGTH =
      PriorityOrder.PRIORITY_DIGITS + 1 + PriorityOrder.SEQUENCE_DIGITS;

  /** A lease, hexadecimal. */
  private static final int HOLDER_LENGTH = 2 * Long.BYTES;

  private static final Bytes SLASH = Bytes.utf8("/");

  private final Bytes prefix;
  private final Bytes items;
  private final Bytes allHeld;
  private final Bytes allLive;
  private final PriorityOrder order;

  WorkKeys(String name) {
    this.prefix = Bytes.utf8("__coord/work/" + Names.check("work queue", name) + "\0");
    this.items = below("item/");
    this.allHeld = below("claim/held/");
    this.allLive = below("claim/live/");
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

  Bytes held(Bytes holder, Bytes suffix) {
    return heldBy(holder).concat(suffix);
  }

  Bytes live(Bytes holder) {
    return allLive.concat(holder);
  }

  /** Who holds an item: a lease, as it stands in keys. */
  static Bytes holder(long lease) {
    return Bytes.utf8(HexFormat.of().toHexDigits(lease));
  }

  /** Who holds the item of a key for which {@link #isHeld} is true. */
  Bytes holderOfHeld(Bytes held) {
    return held.from(allHeld.length()).upTo(HOLDER_LENGTH);
  }

  /** Of whom a key tells for which {@link #isLive} is true. */
  Bytes holderOfLive(Bytes live) {
    return live.from(allLive.length());
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
    return KeyRange.prefix(allHeld);
  }

  KeyRange allHeldBy(Bytes holder) {
    return KeyRange.prefix(heldBy(holder));
  }

  KeyRange allLive() {
    return KeyRange.prefix(allLive);
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
    return key.startsWith(allHeld)
        && key.length() > allHeld.length() + HOLDER_LENGTH
        && isOfItem(key, heldBy(holderOfHeld(key)));
  }

  /** Whether this tells that a holder lives. */
  boolean isLive(Bytes key) {
    return key.startsWith(allLive) && key.length() == allLive.length() + HOLDER_LENGTH;
  }

  /** Whether this is the record of an item that is dead. */
  boolean isDead(Bytes key) {
    return isOfItem(key, below("dead/"));
  }

  private boolean isOfItem(Bytes key, Bytes place) {
    return key.startsWith(place) && order.isItem(items.concat(key.from(place.length())));
  }

  private Bytes heldBy(Bytes holder) {
    return allHeld.concat(holder).concat(SLASH);
  }

  private Bytes below(String path) {
    return prefix.concat(Bytes.utf8(path));
  }
}
