package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** All who stand in an election, at one revision, in their order. Not thread-safe. */
final class Candidates {

  private final int prefixLength;
  private final NavigableMap<Entry, KeyValue> inOrder = new TreeMap<>();
  private final Map<Bytes, Entry> byKey = new HashMap<>();

  Candidates(Bytes prefix) {
    this.prefixLength = prefix.length();
  }

  /** Forgets all and begins with these. */
  void reset(List<KeyValue> found) {
    inOrder.clear();
    byKey.clear();
    found.forEach(this::put);
  }

  /** Takes in a change that followed. */
  void enter(WatchEvent event) {
    remove(event.kv().key());
    if (event.type() == WatchEvent.Type.PUT) {
      put(event.kv());
    }
  }

  /** Who leads; empty when nobody stands. */
  Optional<KeyValue> first() {
    return Optional.ofNullable(inOrder.firstEntry()).map(Map.Entry::getValue);
  }

  private void put(KeyValue kv) {
    if (Admission.FIRST.counts(kv.key(), prefixLength)) {
      Entry entry = new Entry(kv.key(), kv.createRevision());
      byKey.put(kv.key(), entry);
      inOrder.put(entry, kv);
    }
  }

  private void remove(Bytes key) {
    Entry known = byKey.remove(key);
    if (known != null) {
      inOrder.remove(known);
    }
  }
}
