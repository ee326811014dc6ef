package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import java.util.Optional;

/**
 * An item of a queue, as it is known here.
 *
 * @param key its key
 * @param modRevision the revision of its last change: normally that at which it was enqueued
 * @param value what it holds; empty when only the key has been read yet
 */
public record Item(Bytes key, long modRevision, Optional<Bytes> value) {

  static Item of(KeyValue kv) {
    return new Item(kv.key(), kv.modRevision(), Optional.of(kv.value()));
  }

  static Item keyOnly(KeyValue kv) {
    return new Item(kv.key(), kv.modRevision(), Optional.empty());
  }

  Item takenAt(long revision) {
    return new Item(key, revision, value);
  }

  Item withoutValue() {
    return new Item(key, modRevision, Optional.empty());
  }

  /** The number of bytes of the value, as far as it is here. */
  int bytes() {
    return value.map(Bytes::length).orElse(0);
  }
}
