package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the simulated etcd with their past.
 *
 * <p>Invariants, as in etcd:
 *
 * <ul>
 *   <li>The revision begins at 1 and rises by one with each transaction that changed something,
 *       however many keys it changed; by nothing with one that changed nothing.
 *   <li>A key's create revision is that of the put that brought it into being; its version counts
 *       the puts since. Deleting ends both.
 *   <li>Every state from the compaction revision on can be read, and every change from it on can be
 *       watched; nothing older can.
 * </ul>
 *
 * <p>A transaction writes through {@link #put} and {@link #delete} and ends with {@link #commit}.
 * Until then its writes are seen by {@link #newest()} only, which nobody but the transaction asks.
 */
final class KeySpace {

  private final NavigableMap<Bytes, KeyValue> live = new TreeMap<>();
  private final NavigableMap<Bytes, KeyPast> pasts = new TreeMap<>();
  private final NavigableMap<Long, List<WatchEvent>> log = new TreeMap<>();
  private final LeaseBindings bindings;
  private List<WatchEvent> uncommitted = new ArrayList<>();
  private long revision = 1;
  private long compacted;

  /** Told which keys are bound to which leases. */
  interface LeaseBindings {
    void bind(long lease, Bytes key);

    void unbind(long lease, Bytes key);
  }

  KeySpace(LeaseBindings bindings) {
    this.bindings = bindings;
  }

  /** The last committed revision. */
  long revision() {
    return revision;
  }

  /** The revision of the last compaction; 0 when there was none. */
  long compacted() {
    return compacted;
  }

  /** The revision that a read made now would be of: that of the open transaction if it wrote. */
  long newest() {
    return uncommitted.isEmpty() ? revision : revision + 1;
  }

  /** The keys of a range in key order, as they were at a revision that is not compacted away. */
  List<KeyValue> list(KeyRange range, long atRevision) {
    if (atRevision == newest()) {
      return new ArrayList<>(slice(live, range));
    }
    List<KeyValue> found = new ArrayList<>();
    for (KeyPast past : slice(pasts, range)) {
      past.at(atRevision).ifPresent(found::add);
    }
    return found;
  }

  void put(Bytes key, Bytes value, long lease) {
    KeyValue old = live.get(key);
    long created = old == null ? revision + 1 : old.createRevision();
    long version = old == null ? 1 : old.version() + 1;
    release(old);
    if (lease != 0) {
      bindings.bind(lease, key);
    }
    KeyValue written = new KeyValue(key, value, created, revision + 1, version, lease);
    live.put(key, written);
    record(WatchEvent.Type.PUT, written);
  }

  /** Deletes every key of a range and gives their number. */
  long delete(KeyRange range) {
    List<KeyValue> doomed = new ArrayList<>(slice(live, range));
    for (KeyValue old : doomed) {
      release(old);
      live.remove(old.key());
      record(WatchEvent.Type.DELETE, new KeyValue(old.key(), Bytes.EMPTY, 0, revision + 1, 0, 0));
    }
    return doomed.size();
  }

  /** Ends a transaction; gives its changes in the order in which they were made. */
  List<WatchEvent> commit() {
    if (uncommitted.isEmpty()) {
      return List.of();
    }
    List<WatchEvent> changes = List.copyOf(uncommitted);
    uncommitted = new ArrayList<>();
    revision++;
    log.put(revision, changes);
    return changes;
  }

  /** The changes of every revision from the given one on. */
  Collection<List<WatchEvent>> changesFrom(long fromRevision) {
    return log.tailMap(fromRevision, true).values();
  }

  /** Forgets what was overwritten or deleted before a revision. */
  void compact(long atRevision) {
    compacted = atRevision;
    log.headMap(atRevision, false).clear();
    pasts.values().removeIf(past -> past.compact(atRevision));
  }

  private void release(@Nullable KeyValue old) {
    if (old != null && old.lease() != 0) {
      bindings.unbind(old.lease(), old.key());
    }
  }

  private void record(WatchEvent.Type type, KeyValue kv) {
    pasts.computeIfAbsent(kv.key(), key -> new KeyPast()).add(kv);
    uncommitted.add(new WatchEvent(type, kv));
  }

  private static <V> Collection<V> slice(NavigableMap<Bytes, V> map, KeyRange range) {
    Optional<Bytes> end = range.end();
    if (end.isEmpty()) {
      V value = map.get(range.start());
      return value == null ? List.of() : List.of(value);
    }
    if (end.get().equals(KeyRange.UNBOUNDED)) {
      return map.tailMap(range.start(), true).values();
    }
    return range.start().compareTo(end.get()) >= 0
        ? List.of()
        : map.subMap(range.start(), true, end.get(), false).values();
  }
}
