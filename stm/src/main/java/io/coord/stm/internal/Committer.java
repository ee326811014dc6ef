package io.coord.stm.internal;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
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
    if (footprint.isReadOnly()) {
      return readOnly(footprint);
    }
    return switch (policy) {
      case REPORT -> reported(footprint);
      case RESOLVE -> markers.take().thenCompose(marker -> marked(footprint, marker, cancelled));
    };
  }

  /**
   * Reads of one revision took effect there. Where nothing is checked, they took effect when the
   * last of them was made. Otherwise what must hold is checked at a revision of now; and at that
   * one nothing happened, if there was nothing to do.
   */
  private CompletableFuture<CommitOutcome> readOnly(Footprint footprint) {
    List<Compare> compares = footprint.compares();
    boolean isDone = footprint.rules().readsOneRevision() || compares.isEmpty();
    if (!footprint.reads().isEmpty() && footprint.guards().isEmpty() && isDone) {
      return CompletableFuture.completedFuture(new Committed(footprint.reads().snapshot()));
    }
    if (compares.isEmpty()) {
      return store.txn(TxnRequest.of()).thenApply(now -> new Committed(now.revision()));
    }
    // Without a read of its own, etcd would answer it from any member, however old.
    Op quorum = Op.get(RangeRequest.of(compares.get(0).range()).countOnly());
    return unmarked(footprint, List.of(quorum), Repeat.HARMLESS);
  }

  private CompletableFuture<CommitOutcome> unmarked(
      Footprint footprint, List<Op> ops, Repeat repeat) {
    return store
        .txn(new TxnRequest(footprint.compares(), ops, footprint.freshReads(), repeat))
        .thenApply(
            answer ->
                answer.succeeded()
                    ? new Committed(answer.revision())
                    : footprint.notCommitted(answer));
  }

  private CompletableFuture<CommitOutcome> reported(Footprint footprint) {
    CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    Futures.onDone(
        unmarked(footprint, footprint.writeOps(), Repeat.NEVER),
        outcome::complete,
        failure -> {
          if (failure instanceof LeaseNotFoundException) {
            Futures.onDone(
                new LeaseCheck(store, footprint.sessions()).lost(),
                lost -> outcome.completeExceptionally(lost.isPresent() ? lost.get() : failure),
                outcome::completeExceptionally);
          } else {
            outcome.completeExceptionally(failure);
          }
        });
    return outcome;
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
