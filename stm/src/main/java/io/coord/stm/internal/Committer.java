package io.coord.stm.internal;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnRequest.Repeat;
import io.coord.stm.UnknownOutcome;
import io.coord.stm.internal.CommitOutcome.Committed;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Commits what attempts have collected; how, depends on what that is. */
final class Committer {

  private final Store store;
  private final Markers markers;

  Committer(CoordRuntime coord) {
    this.store = coord.store();
    this.markers = Markers.of(coord, "__coord/stm/");
  }

  /** Ends the search for the outcome of commits; each of these ends as unknown. */
  void close() {
    markers.close();
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
      case RESOLVE -> marked(footprint, cancelled);
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
                    : footprint.notCommitted(answer.revision(), answer.rangesFrom(0)));
  }

  private CompletableFuture<CommitOutcome> reported(Footprint footprint) {
    CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    Futures.onDone(
        unmarked(footprint, footprint.writeOps(), Repeat.NEVER),
        outcome::complete,
        failure -> {
          if (failure instanceof LeaseNotFoundException) {
            checkLeases(footprint, outcome, () -> outcome.completeExceptionally(failure));
          } else {
            outcome.completeExceptionally(failure);
          }
        });
    return outcome;
  }

  private CompletableFuture<CommitOutcome> marked(Footprint footprint, BooleanSupplier cancelled) {
    CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    Futures.onDone(
        markers.carryOut(new Commit(footprint, cancelled)),
        verdict -> {
          if (verdict instanceof Verdict.Applied applied) {
            outcome.complete(new Committed(applied.revision()));
          } else if (verdict instanceof Verdict.ConditionsNotMet not) {
            outcome.complete(footprint.notCommitted(not.revision(), not.evidence()));
          } else if (verdict instanceof Verdict.LeaseMissing) {
            checkLeases(footprint, outcome, () -> outcome.complete(NotCommitted.withoutConflict()));
          } else {
            outcome.complete(NotCommitted.withoutConflict());
          }
        },
        outcome::completeExceptionally);
    return outcome;
  }

  /** A commit was refused for a lease: if it is one of the user's, it will never get through. */
  private void checkLeases(
      Footprint footprint, CompletableFuture<CommitOutcome> outcome, Runnable allExist) {
    Futures.onDone(
        new LeaseCheck(store, footprint.sessions()).lost(),
        lost -> lost.ifPresentOrElse(outcome::completeExceptionally, allExist),
        outcome::completeExceptionally);
  }

  /** A footprint as a marked transaction; when it fails, everything is read afresh. */
  private record Commit(Footprint footprint, BooleanSupplier cancelled)
      implements MarkedWork.Plain {

    @Override
    public boolean isCalledOff() {
      return cancelled.getAsBoolean();
    }

    @Override
    public List<Compare> conditions() {
      return footprint.compares();
    }

    @Override
    public List<Op> writes() {
      return footprint.writeOps();
    }

    @Override
    public List<Op> otherwise() {
      return footprint.freshReads();
    }
  }
}
