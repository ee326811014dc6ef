package io.coord.core.internal.line;

import io.coord.core.Bytes;
import java.util.Optional;

/**
 * What a ticket is to have in etcd.
 *
 * @param key its key
 * @param companion a second key, which is put and deleted with it unless it is left behind
 * @param value what new keys hold
 * @param resumed the entry that is there already; empty for a place that is to be put
 */
record Place(Bytes key, Optional<Bytes> companion, Bytes value, Optional<Entry> resumed) {

  static Place at(Bytes key, Bytes value) {
    return new Place(key, Optional.empty(), value, Optional.empty());
  }

  static Place resumed(Entry entry) {
    return new Place(entry.key(), Optional.empty(), Bytes.EMPTY, Optional.of(entry));
  }

  Place withCompanion(Bytes second) {
    return new Place(key, Optional.of(second), value, resumed);
  }
}
