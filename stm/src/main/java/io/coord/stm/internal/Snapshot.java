package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys as they were at one revision of etcd.
 *
 * @param revision the revision
 * @param values what was read; empty for a key that did not exist
 * @param ranges what the ranges that were read had, in the order of their keys
 */
record Snapshot(
    long revision, Map<Bytes, Optional<KeyValue>> values, Map<KeyRange, List<KeyValue>> ranges) {

  Snapshot {
    values = Map.copyOf(values);
    ranges = Map.copyOf(ranges);
  }

  static long modRevision(Optional<KeyValue> value) {
    return value.map(KeyValue::modRevision).orElse(0L);
  }
}
