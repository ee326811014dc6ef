package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnRequest.Repeat;
import io.coord.core.internal.store.TxnResult;
import io.coord.stm.internal.CommitOutcome.Committed;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One commit, which takes effect once or never, although its answer may be lost.
 *
 * A commit C is one etcd transaction: if every key read is as it was read, and every other key
 * written is no newer than the snapshot, then write, else read all those keys afresh. It is never
 * sent twice. But when its answer is lost, it may have been applied, or not, or it may wait in a
 * frozen member and be applied later: a ghost. The compares alone do not stop a ghost: keys that
 * were absent may be absent again, keys that are only written have nothing to compare with when
 * nothing was read, and nothing at all changes when the next attempt decides to write nothing.
 *
 * So each commit also rewrites a marker, a key M that one commit at a time has:
 *
 *   C:  if (its own compares) and mod(M) = m   then its writes, put M = tag under lease L
 *   F:  if mod(M) = m                          then put M = fence under lease L    else get M
 *
 * m is the revision at which we last wrote M, 0 for a new M. Every put of M raises mod(M), nobody
 * else writes M (its name has the number of L, which is ours), and every tag is used once.
 *
 *   take M at m --C--> applied at r ------------------------> COMMITTED r,   give M back at r
 *                 |--> a compare failed --------------------> NOT COMMITTED, give M back at m
 *                 |--> never sent, or refused --------------> failed,        give M back at m
 *                 `--> answer lost --F--> applied at r -----> NOT COMMITTED, give M back at r
 *                                    |--> M = tag at r -----> COMMITTED r,   give M back at r
 *                                    |--> M = fence at r ---> NOT COMMITTED, give M back at r
 *                                    |--> no member --------> F again, while L's session is active
 *                                    `--> M gone, refused --> unknown, M is never used again
 *
 * Why it is right:
 * - C applied before F: mod(M) is C's revision, so F writes nothing and finds C's tag.
 * - C not applied before F: F moves mod(M) past m for good, and a ghost of C fails on it.
 * - F may be lost, repeated, and have ghosts of its own: a second F, however late, fails on
 *   mod(M) = m, and reads C's tag or the first F's fence. So it is harmless to repeat.
 * - C is carried out twice: the second fails on mod(M) = m. If it is the second that answers, the
 *   M that it reads has C's tag.
 * - M vanishes only with L. Then mod(M) is 0, and a ghost with m = 0 passes that compare. But etcd
 *   refuses a whole transaction that puts a key under a lease that does not exist: no ghost
 *   outlives L. Only what became of C before the end of L can then not be told any more, and only
 *   then does the caller hear "unknown". It takes an outage longer than L's time to live.
 *   One gap is known: if somebody revokes L, and then a ghost of the request that granted L makes L
 *   anew, a ghost of a marker's first commit (m = 0) is applied, though the commit was told as not
 *   applied. It takes a stranger's hand and two requests held up for longer than the request timeout.
 * - A commit that fails on a compare has been carried out, as a read: it has no ghost, and the next
 *   commit may start from the same m.
 * - A stranger changed M, or revoked L: C fails on mod(M), or is refused. M is dropped, and L too
 *   once etcd says that it does not have it, and the body runs again.
 * - Closed, cancelled or interrupted at any moment: F is still sent if it can be. L ends with the
 *   connection, M with L, and C's ghosts with both.
 *
 * The price where nothing is lost: one compare and one put in a transaction that is sent anyway, one
 * read in a failed one, and one lease for each connection that commits transactions. Markers serve
 * one commit after another, so there are no more of them than commits were under way at once.
 */
final class MarkedCommit {

  private static final Logger log = LoggerFactory.getLogger(MarkedCommit.class);

  /** Between two tries of a fence that no member answered. */
  private static final Duration FENCE_PAUSE = Duration.ofMillis(200);

  private final String connection;
  private final Store store;
  private final Pauses pauses;
  private final Footprint footprint;
  private final Marker marker;
  private final Bytes tag;
  private final Bytes fence;
  private final CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();

  MarkedCommit(String connection, Store store, Pauses pauses, Footprint footprint, Marker marker) {
    this.connection = connection;
    this.store = store;
    this.pauses = pauses;
    this.footprint = footprint;
    this.marker = marker;
    this.tag = marker.lease().nextTag();
    this.fence = marker.lease().nextTag();
  }

  /** Sends it, once. The future completes on the store's thread. */
  CompletableFuture<CommitOutcome> send() {
    Futures.onDone(store.txn(request()), this::answered, this::failed);
    return outcome;
  }

  private TxnRequest request() {
    List<Compare> compares = new ArrayList<>(footprint.compares());
    compares.add(marker.unchanged());
    List<Op> writes = new ArrayList<>(footprint.writeOps());
    writes.add(marker.put(tag));
    List<Op> reads = new ArrayList<>(footprint.freshReads());
    reads.add(Op.get(marker.key()));
    return new TxnRequest(compares, writes, reads, Repeat.NEVER);
  }

  private void answered(TxnResult answer) {
    if (answer.succeeded()) {
      committed(answer.revision());
      return;
    }
    Optional<KeyValue> found = answer.range(answer.results().size() - 1).first();
    if (isTagged(found, tag)) {
      committed(Snapshot.modRevision(found));
      return;
    }
    if (Snapshot.modRevision(found) == marker.revision()) {
      giveBackAt(marker.revision());
    } else {
      log.debug("{}: marker {} was changed or removed; using another", connection, marker.key());
      marker.lease().dropFree();
    }
    outcome.complete(footprint.notCommitted(answer));
  }

  private void failed(Throwable failure) {
    if (failure instanceof OutcomeUnknownException lost) {
      log.debug("{}: the answer to commit {} of {} was lost", connection, tag, marker.key());
      resolve(lost);
    } else if (failure instanceof LeaseNotFoundException) {
      Futures.onDone(
          new LeaseCheck(store, footprint.sessions()).lost(),
          this::withoutLease,
          unanswered -> {
            giveBackAt(marker.revision());
            outcome.completeExceptionally(unanswered);
          });
    } else {
      giveBackAt(marker.revision());
      outcome.completeExceptionally(failure);
    }
  }

  /** The commit was refused: for a lease of the user's, which it will never get, or for ours. */
  private void withoutLease(Optional<RuntimeException> lost) {
    if (lost.isPresent()) {
      giveBackAt(marker.revision());
      outcome.completeExceptionally(lost.get());
    } else {
      marker.lease().session().orphan();
      outcome.complete(NotCommitted.withoutConflict());
    }
  }

  private void resolve(OutcomeUnknownException lost) {
    TxnRequest request =
        TxnRequest.when(marker.unchanged())
            .then(marker.put(fence))
            .otherwise(Op.get(marker.key()))
            .harmlessToRepeat();
    Futures.onDone(
        store.txn(request), answer -> fenced(answer, lost), failure -> unfenced(failure, lost));
  }

  private void fenced(TxnResult answer, OutcomeUnknownException lost) {
    if (answer.succeeded()) {
      notCommitted(answer.revision());
      return;
    }
    Optional<KeyValue> found = answer.range(0).first();
    if (isTagged(found, tag)) {
      committed(Snapshot.modRevision(found));
    } else if (isTagged(found, fence)) {
      notCommitted(Snapshot.modRevision(found));
    } else {
      unknown(lost);
    }
  }

  private void unfenced(Throwable failure, OutcomeUnknownException lost) {
    lost.addSuppressed(failure);
    if (failure instanceof UnavailableException && marker.lease().session().isActive()) {
      Futures.onDone(pauses.pause(FENCE_PAUSE), done -> resolve(lost), closed -> unknown(lost));
    } else {
      unknown(lost);
    }
  }

  private void committed(long revision) {
    giveBackAt(revision);
    outcome.complete(new Committed(revision));
  }

  private void notCommitted(long markerRevision) {
    giveBackAt(markerRevision);
    outcome.complete(NotCommitted.withoutConflict());
  }

  private void unknown(OutcomeUnknownException lost) {
    outcome.completeExceptionally(
        new OutcomeUnknownException(
            "the answer to the commit of a transaction was lost, and what its marker "
                + marker.key()
                + " would tell could not be read in time; read the keys to see whether it was"
                + " applied",
            lost));
  }

  private void giveBackAt(long revision) {
    marker.lease().giveBack(marker.writtenAt(revision));
  }

  private static boolean isTagged(Optional<KeyValue> found, Bytes wanted) {
    return found.isPresent() && found.get().value().equals(wanted);
  }
}
