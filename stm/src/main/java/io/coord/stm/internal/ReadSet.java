package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an attempt has read.
 *
 * @param snapshot the revision that all of it is of, at the levels that promise one; at the others
 *     the newest that any of it is of; 0 when nothing was read
 * @param keys each key that was read, by itself or with a range, in the order of the first reads;
 *     empty for a key that did not exist
 * @param ranges the ranges that were read, and what they had
 */
record ReadSet(
    long snapshot, Map<Bytes, Optional<KeyValue>> keys, Map<KeyRange, List<KeyValue>> ranges) {

  static final ReadSet NOTHING = new ReadSet(0, Map.of(), Map.of());

  boolean isEmpty() {
    return keys.isEmpty() && ranges.isEmpty();
  }

  /** Whether the key was read, by itself or with a range. */
  boolean covers(Bytes key) {
    return keys.containsKey(key) || ranges.keySet().stream().anyMatch(r -> r.contains(key));
  }

  /** The keys that were read and are outside of the ranges, so that a range does not bring them. */
  List<Bytes> keysOutsideRanges() {
    List<Bytes> outside = new ArrayList<>(keys.keySet());
    outside.removeIf(key -> ranges.keySet().stream().anyMatch(r -> r.contains(key)));
    return outside;
  }
}
