package io.coord.stm.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The markers of one connection. Their lease is opened with the first commit, and again when it was
 * lost; the connection closes it with its other sessions.
 */
final class Markers {

  private final CoordRuntime coord;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<CompletableFuture<MarkerLease>> current = Optional.empty();

  Markers(CoordRuntime coord) {
    this.coord = coord;
  }

  /** A marker that nobody else uses, until it is given back to its lease. */
  CompletableFuture<Marker> take() {
    return lease().thenApply(MarkerLease::take);
  }

  private CompletableFuture<MarkerLease> lease() {
    CompletableFuture<MarkerLease> opening = new CompletableFuture<>();
    synchronized (lock) {
      if (current.isPresent() && isUsable(current.get())) {
        return current.get();
      }
      current = Optional.of(opening);
    }
    open(opening);
    return opening;
  }

  private void open(CompletableFuture<MarkerLease> opening) {
    Futures.onDone(
        coord.sessions().open(coord.config().sessionTtl()),
        session -> opening.complete(new MarkerLease(session)),
        opening::completeExceptionally);
  }

  private static boolean isUsable(CompletableFuture<MarkerLease> lease) {
    return !lease.isDone()
        || (!lease.isCompletedExceptionally() && lease.join().session().isActive());
  }
}
