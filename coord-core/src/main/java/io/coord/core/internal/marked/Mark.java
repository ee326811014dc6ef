package io.coord.core.internal.marked;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import java.util.Optional;

/** How the operations of one marked transaction say that they were carried out. */
public final class Mark {

  private final Marker marker;
  private final String tag;

  Mark(Marker marker, String tag) {
    this.marker = marker;
    this.tag = tag;
  }

  /** Writes the mark, with a word about which branch it was. */
  public Op put(String note) {
    return marker.put(Bytes.utf8(tag + note));
  }

  /**
   * Writes a record beside the mark: a key of its own, for each of several independent branches.
   */
  public Op putRecord(int number) {
    Bytes key = recordPrefix().concat(Bytes.utf8(String.format("%03d", number)));
    return Op.put(key, Bytes.utf8(tag), marker.lease().session().lease());
  }

  /** Where the records lie: those of this transaction, and of earlier ones. */
  public KeyRange records() {
    return KeyRange.prefix(recordPrefix());
  }

  /** The number of a record, if this transaction wrote it. */
  public Optional<Integer> recordOf(KeyValue found) {
    if (!found.value().equals(Bytes.utf8(tag))) {
      return Optional.empty();
    }
    return Optional.of(Integer.valueOf(found.key().from(recordPrefix().length()).utf8()));
  }

  /** The note of the mark, if this transaction wrote it. */
  Optional<String> noteIn(Optional<KeyValue> found) {
    return found
        .map(kv -> kv.value().utf8())
        .filter(value -> value.startsWith(tag))
        .map(value -> value.substring(tag.length()));
  }

  private Bytes recordPrefix() {
    return marker.key().concat(Bytes.utf8("/"));
  }
}
