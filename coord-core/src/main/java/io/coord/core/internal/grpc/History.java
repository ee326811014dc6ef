package io.coord.core.internal.grpc;

import io.coord.core.RefusedException;

/**
 * How far etcd's history is known to have gone.
 *
 * <p>Revisions only rise, and a request that is answered by the cluster as a whole, and not by what
 * one member knows, is answered at the present one. So an answer at an earlier revision than had
 * been seen before it was asked shows that history went back: etcd was restored from a snapshot, or
 * begun anew. Others may hold then what a session here holds, and a watch that goes on where it
 * stood would wait in silence until that revision comes again.
 */
final class History {

  private final String name;
  private long seen;

  History(String name) {
    this.name = name;
  }

  /** The latest revision that an answer has shown. */
  long seen() {
    return seen;
  }

  /** An answer shows a revision. */
  void reached(long revision) {
    seen = Math.max(seen, revision);
  }

  RefusedException wentBack(long from, long to) {
    return new RefusedException(
        name
            + ": etcd is at revision "
            + to
            + ", and was at "
            + from
            + " before: it was restored from a snapshot or begun anew; nothing is asked of it any"
            + " more; expected a new connection",
        null);
  }
}
