package io.coord.stm.internal;

import io.coord.core.internal.store.KeyValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A key as a convoy knows it.
 *
 * @param value what it holds; empty when the key does not exist
 * @param since the number of the join that wrote it; 0 when it is as etcd had it at the base
 * @param writer the group that writes it; empty when it is as etcd had it at the base
 */
record Cell(Optional<KeyValue> value, long since, Optional<Group> writer) {

  static Cell atBase(Optional<KeyValue> value) {
    return new Cell(value, 0, Optional.empty());
  }

  /** How much the value takes. */
  int bytes() {
    return value.map(kv -> kv.value().length()).orElse(0);
  }

  /** The revision of its last change, 0 when it does not exist; empty while that is under way. */
  OptionalLong modRevision() {
    if (writer.isEmpty()) {
      return OptionalLong.of(Snapshot.modRevision(value));
    }
    OptionalLong written = writer.get().revision();
    return value.isEmpty() && written.isPresent() ? OptionalLong.of(0) : written;
  }

  /** The key as etcd has it, once that is known. */
  Optional<KeyValue> settled() {
    long modRevision = modRevision().orElseThrow();
    return value.map(
        kv ->
            new KeyValue(
                kv.key(), kv.value(), kv.createRevision(), modRevision, kv.version(), kv.lease()));
  }
}
