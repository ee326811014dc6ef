package io.coord.stm.internal;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.guard.Guards;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnRequest.Repeat;
import io.coord.stm.UnknownOutcome;
import io.coord.stm.internal.CommitOutcome.Committed;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Commits what attempts have collected; how, depends on what that is. */
final class Committer {

  private final CoordRuntime coord;
  private final Store store;
  private final Markers markers;
  private final Pauses pauses;

  Committer(CoordRuntime coord, Pauses pauses) {
    this.coord = coord;
    this.store = coord.store();
    this.markers = new Markers(coord);
    this.pauses = pauses;
  }

  /**
   * Commits a footprint. The future completes on the store's thread.
   *
   * @param cancelled tells whether nothing must be sent any more
   */
  CompletableFuture<CommitOutcome> commit(
      Footprint footprint, UnknownOutcome policy, BooleanSupplier cancelled) {
    if (footprint.writes().isEmpty()) {
      return readOnly(footprint);
    }
    return switch (policy) {
      case REPORT ->
          unmarked(
              new TxnRequest(
                  footprint.compares(), footprint.writeOps(), footprint.freshReads(), Repeat.NEVER),
              footprint);
      case RESOLVE -> markers.take().thenCompose(marker -> marked(footprint, marker, cancelled));
    };
  }

  /**
   * All reads are of one revision: they took effect there, and nothing is left to check but the
   * guards. These are checked together with the reads, at a revision of now.
   */
  private CompletableFuture<CommitOutcome> readOnly(Footprint footprint) {
    if (!footprint.guards().isEmpty()) {
      // Without a read of its own, etcd would answer it from any member, however old.
      List<Op> guards = footprint.guards().stream().map(Guards::read).toList();
      return unmarked(
          new TxnRequest(footprint.compares(), guards, footprint.freshReads(), Repeat.HARMLESS),
          footprint);
    }
    if (footprint.snapshot().isPresent()) {
      return CompletableFuture.completedFuture(new Committed(footprint.snapshot().getAsLong()));
    }
    return store.txn(TxnRequest.of()).thenApply(now -> new Committed(now.revision()));
  }

  private CompletableFuture<CommitOutcome> unmarked(TxnRequest request, Footprint footprint) {
    return store
        .txn(request)
        .thenApply(
            answer ->
                answer.succeeded()
                    ? new Committed(answer.revision())
                    : footprint.notCommitted(answer));
  }

  private CompletableFuture<CommitOutcome> marked(
      Footprint footprint, Marker marker, BooleanSupplier cancelled) {
    if (cancelled.getAsBoolean()) {
      marker.lease().giveBack(marker);
      return CompletableFuture.failedFuture(
          new CancellationException("the transaction was cancelled"));
    }
    return new MarkedCommit(coord.config().name(), store, pauses, footprint, marker).send();
  }
}
