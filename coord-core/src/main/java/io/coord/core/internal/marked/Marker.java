package io.coord.core.internal.marked;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.Op;

/**
 * A key that each marked transaction rewrites, so that it can be told later whether the transaction
 * took effect. One transaction at a time has it.
 *
 * @param lease what the key is bound to
 * @param key the key
 * @param revision the revision at which it was last written, as far as we know
 */
record Marker(MarkerLease lease, Bytes key, long revision) {

  Marker {
    if (revision < 1) {
      throw new IllegalArgumentException(
          "marker " + key + " has revision " + revision + "; expected one of a key that was put");
    }
  }

  /** Holds while nobody has written the key since we did. */
  Compare unchanged() {
    return Compare.modRevision(key, Relation.EQUAL, revision);
  }

  Op put(Bytes value) {
    return Op.put(key, value, lease.session().lease());
  }

  Marker writtenAt(long newRevision) {
    return new Marker(lease, key, newRevision);
  }
}
