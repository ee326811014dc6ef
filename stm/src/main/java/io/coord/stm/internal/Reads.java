package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where one attempt reads: in etcd by itself, or among others of its process. */
interface Reads {

  /** Reads a key; one that was read before is as it was then. */
  Optional<KeyValue> key(Bytes key) throws InterruptedException;

  /** Reads a key for the revision of its last change; 0 when it does not exist. */
  long revision(Bytes key) throws InterruptedException;

  /** Reads those of the keys that were not read before, in as few requests as may be. */
  void all(Collection<Bytes> wanted) throws InterruptedException;

  /** Reads a range; keys of it that were read before are as they were then. */
  List<KeyValue> range(KeyRange range) throws InterruptedException;

  /** What was read so far. */
  ReadSet taken();

  /**
   * What an attempt begins with.
   *
   * @param fresh what the failed commit before it brought
   * @param hints what is fetched with the first read
   */
  record Start(Optional<Snapshot> fresh, List<Bytes> hints) {

    static Start hinted(List<Bytes> hints) {
      return new Start(Optional.empty(), hints);
    }
  }
}
