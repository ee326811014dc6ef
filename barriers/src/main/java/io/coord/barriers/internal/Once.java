package io.coord.barriers.internal;

import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import java.util.concurrent.CompletableFuture;

/**
 * What the barriers and latches of one connection change once, though the answer be lost: holds,
 * and counts, which have no key of their own by which they could be recognised.
 */
final class Once implements Attachment {

  private final Markers markers;

  private Once(CoordRuntime coord) {
    this.markers = Markers.of(coord, "__coord/barriers/");
  }

  /** That of a connection. */
  static Once of(CoordRuntime coord) {
    return coord.attachment(Once.class, Once::new);
  }

  /**
   * Applies work once, or tells what was read instead. The future completes on the store's thread;
   * cancelling it undoes nothing.
   */
  CompletableFuture<Verdict.Done> apply(MarkedWork.Plain work) {
    return markers.carryOutAtLast(work);
  }

  @Override
  public void close() {
    markers.close();
  }
}
