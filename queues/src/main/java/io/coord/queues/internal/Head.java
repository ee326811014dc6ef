package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/*
 * The front of a queue, as this process knows it.
 *
 *   first                                        end of the known stretch
 *   |  i1  i2  i3 ... (some with their values)   |  not known: read when the stretch runs short
 *
 * Invariant: at revision knownThrough, every item of the queue that is no later than the end of the
 * stretch is here. What is here may be gone from etcd meanwhile, which costs an attempt and nothing
 * else, because every transaction that takes an item compares its revision.
 *
 * A snapshot (a read of the first items at one revision) sets the stretch: up to its last item when
 * its limit cut it short, else without an end. The watch's events keep it, as long as they follow on
 * without a gap: the watch stood no later than the snapshot was read. Events that arrive while a
 * snapshot is being read are kept, and applied after it where they are newer.
 *
 * Bounded: the stretch is cut when it grows beyond MOST_ITEMS, values beyond MOST_BYTES are not kept.
 */

/** A pure state machine: no input and output. Not thread-safe: {@link Dequeuer} guards it. */
final class Head {

  private static final int MOST_ITEMS = 32_768;
  private static final int MOST_EVENTS = 16_384;
  private static final int LOOK_AHEAD = 256;
  private static final long MOST_BYTES = 4 << 20;

  private final ItemOrder order;
  private final NavigableSet<Item> items;
  private final Map<Bytes, Item> byKey = new HashMap<>();
  private final List<WatchEvent> duringRead = new ArrayList<>();
  private final Map<Bytes, Long> removedDuringRead = new HashMap<>();

  private long snapshotAt;
  private long reportedThrough;
  private long knownThrough;
  private Optional<Item> end = Optional.empty();
  private boolean stale = true;
  private boolean following;
  private boolean reading;
  private boolean eventsLost;
  private long bytesDuringRead;
  private long bytes;
  private int withoutValue;

  Head(ItemOrder order) {
    this.order = order;
    this.items = new TreeSet<>(order.comparator());
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  int size() {
    return items.size();
  }

  long knownThrough() {
    return knownThrough;
  }

  /** Whether the front must be read before anything is taken. */
  boolean isStale() {
    return stale;
  }

  /** Whether items may follow after those that are here. */
  boolean isCut() {
    return end.isPresent();
  }

  /** Whether the watch reports all that comes in from now on. */
  boolean isFollowing() {
    return following;
  }

  /** The first items whose values are here, at most so many; without a gap. */
  List<Item> ready(int most) {
    List<Item> ready = new ArrayList<>();
    for (Item item : items) {
      if (ready.size() == most || item.value().isEmpty()) {
        break;
      }
      ready.add(item);
    }
    return ready;
  }

  /** The first items, at most so many, with their values or without. */
  List<Item> first(int most) {
    return items.stream().limit(most).toList();
  }

  /**
   * Items near the front whose values are not here, at most so many, while there is room; none
   * while enough items before them have theirs.
   */
  List<Item> wanting(int most, int enough) {
    if (withoutValue == 0 || (bytes >= MOST_BYTES && items.first().value().isPresent())) {
      return List.of();
    }
    List<Item> wanting = new ArrayList<>();
    int looked = 0;
    for (Item item : items) {
      if (wanting.size() == most || looked == LOOK_AHEAD) {
        break;
      }
      if (item.value().isEmpty()) {
        wanting.add(item);
      } else if (wanting.isEmpty() && looked + 1 == enough) {
        break;
      }
      looked++;
    }
    return wanting;
  }

  /** The value of an item was read at a revision, or the item was found gone or changed. */
  void valueRead(Item asked, Optional<Item> found) {
    Item here = byKey.get(asked.key());
    if (here == null || here.modRevision() != asked.modRevision()) {
      return;
    }
    remove(here);
    if (found.isPresent() && found.get().modRevision() == asked.modRevision()) {
      put(found.get());
    }
  }

  /** An item is gone from etcd, or is no longer what is known here. */
  void removed(Item item) {
    if (reading) {
      removedDuringRead.put(item.key(), item.modRevision());
    }
    Item here = byKey.get(item.key());
    if (here != null && here.modRevision() == item.modRevision()) {
      remove(here);
    }
  }

  // Reading

  /** A snapshot is about to be read. */
  void readBegins() {
    reading = true;
    duringRead.clear();
    removedDuringRead.clear();
    bytesDuringRead = 0;
    eventsLost = false;
  }

  void readEnded() {
    reading = false;
    duringRead.clear();
    removedDuringRead.clear();
  }

  /**
   * The first items were read.
   *
   * @param watchedFrom the revision from which on the watch reports every change; empty when it
   *     does not stand yet
   */
  void snapshot(Window window, Optional<Long> watchedFrom) {
    Map<Bytes, Item> before = Map.copyOf(byKey);
    boolean lost = eventsLost;
    clear();
    for (Item item : window.items()) {
      Long gone = removedDuringRead.get(item.key());
      if (gone == null || gone != item.modRevision()) {
        Item known = before.get(item.key());
        insert(known != null && known.modRevision() == item.modRevision() ? known : item);
      }
    }
    snapshotAt = window.revision();
    knownThrough = snapshotAt;
    end = window.end();
    stale = false;
    following = !lost && watchedFrom.isPresent() && watchedFrom.get() <= knownThrough;
    reading = false;
    if (following) {
      duringRead.forEach(this::apply);
      knownThrough = Math.max(knownThrough, reportedThrough);
    }
    readEnded();
  }

  // The watch

  /** The watch stands, and reports every change after a revision. */
  void watchedFrom(long revision) {
    following = !stale && revision <= knownThrough;
  }

  /** Changes as the watch reports them, and the revision that is now reported completely. */
  void events(long revision, List<WatchEvent> events) {
    reportedThrough = revision;
    if (reading) {
      keepForAfterRead(events);
    }
    if (following) {
      events.forEach(this::apply);
      knownThrough = Math.max(knownThrough, revision);
    }
  }

  private void keepForAfterRead(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      bytesDuringRead += event.kv().value().length();
    }
    if (duringRead.size() + events.size() > MOST_EVENTS || bytesDuringRead > MOST_BYTES) {
      eventsLost = true;
      duringRead.clear();
    } else if (!eventsLost) {
      duringRead.addAll(events);
    }
  }

  /** The watch has ended: nothing is known of what comes in from now on. */
  void watchEnded() {
    following = false;
    eventsLost = true;
  }

  /** Nobody wants to know any more. */
  void clear() {
    items.clear();
    byKey.clear();
    bytes = 0;
    withoutValue = 0;
    end = Optional.empty();
    stale = true;
    following = false;
  }

  /** What was known was found to be out of date. */
  void distrust() {
    stale = true;
  }

  private void apply(WatchEvent event) {
    long revision = event.kv().modRevision();
    Bytes key = event.kv().key();
    if (revision <= snapshotAt || !order.isItem(key)) {
      return;
    }
    Item here = byKey.get(key);
    if (here != null && here.modRevision() >= revision) {
      return;
    }
    if (here != null) {
      remove(here);
    }
    if (event.type() == WatchEvent.Type.PUT && !wasRemoved(event)) {
      arrived(Item.of(event.kv()));
    }
  }

  private boolean wasRemoved(WatchEvent put) {
    Long gone = removedDuringRead.get(put.kv().key());
    return gone != null && gone == put.kv().modRevision();
  }

  private void arrived(Item item) {
    if (end.isPresent() && order.comparator().compare(item, end.get()) > 0) {
      return;
    }
    insert(item);
    if (items.size() > MOST_ITEMS) {
      remove(items.last());
      end = Optional.of(items.last());
    }
  }

  /** Adds an item, without its value when there is no room for it. */
  private void insert(Item item) {
    put(bytes + item.bytes() > MOST_BYTES ? item.withoutValue() : item);
  }

  private void put(Item item) {
    items.add(item);
    byKey.put(item.key(), item);
    bytes += item.bytes();
    withoutValue += item.value().isEmpty() ? 1 : 0;
  }

  private void remove(Item item) {
    items.remove(item);
    byKey.remove(item.key());
    bytes -= item.bytes();
    withoutValue -= item.value().isEmpty() ? 1 : 0;
  }
}
