package io.coord.queues.internal.marked;

import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnRequest.Repeat;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One transaction T that takes effect once or never, although its answer may be lost.
 *
 * T is never sent twice. But when its answer is lost, it may have been applied, or not, or it may
 * wait in a frozen member and be applied later: a ghost, that would enqueue a value again, or take
 * items for a caller who has long gone. So T also rewrites a marker, a key M that one transaction at
 * a time has:
 *
 *   T:  if mod(M) = m  then (if its own conditions then its writes, M = tag+note), get M, evidence
 *                      else get M, evidence
 *   F:  if mod(M) = m  then M = fence
 *                      else get M, evidence
 *
 * m is the revision at which we last wrote M, 0 for a new M. Every put of M raises mod(M), nobody
 * else writes M (its name has the number of its lease L, which is ours), every tag is used once.
 *
 *   take M at m --T--> M = tag at r -----------> APPLIED r,            give M back at r
 *                 |--> M still at m -----------> CONDITIONS NOT MET,   give M back at m
 *                 |--> never sent, or refused -> failed,               give M back at m
 *                 `--> answer lost --F--> applied at r -----> NOT CARRIED OUT, give M back at r
 *                                    |--> M = tag at r -----> APPLIED r,       give M back at r
 *                                    |--> M = fence at r ---> NOT CARRIED OUT, give M back at r
 *                                    |--> no member --------> F again, while L's session is active
 *                                    `--> M gone, refused --> unknown, M is never used again
 *
 * Why it is right:
 * - T applied before F: mod(M) is T's revision, so F writes nothing and finds T's tag and note. These
 *   and the evidence say all that T's own answer would have said: no history is read, so a
 *   compaction between T and F takes nothing away.
 * - T not applied before F, or applied without its conditions met: F moves mod(M) past m for good,
 *   and a ghost of T fails on it.
 * - F may be lost, repeated, and have ghosts of its own: a second F, however late, fails on
 *   mod(M) = m, and reads T's tag or the first F's fence. So it is harmless to repeat.
 * - M vanishes only with L. Then mod(M) is 0, and a ghost with m = 0 passes that compare. But etcd
 *   refuses a whole transaction that puts a key under a lease that does not exist: no ghost
 *   outlives L. What became of T before the end of L can then not be told any more, and only then
 *   does the caller hear "unknown". It takes an outage longer than L's time to live.
 *   One gap is known: if somebody revokes L, and then a ghost of the request that granted L makes L
 *   anew, a ghost of a marker's first transaction (m = 0) is applied, though it was told as not
 *   carried out. It takes a stranger's hand and two requests held up beyond the request timeout.
 * - A stranger changed M, or revoked L: T fails on mod(M), or is refused. M is dropped, and L too
 *   once etcd says that it does not have it: NOT CARRIED OUT. T may write under other leases than L;
 *   when it is refused because one is gone, etcd is asked whether it is L.
 * - Closed at any moment: the waiting between two Fs is cut short with "unknown"; L ends with the
 *   connection, M with L, and T's ghosts with both.
 */

/** Sends one marked transaction, and finds out what became of it. */
final class MarkedTxn {

  private static final Logger log = LoggerFactory.getLogger(MarkedTxn.class);

  /** Between two tries of a fence that no member answered. */
  private static final Duration FENCE_PAUSE = Duration.ofMillis(200);

  private final Markers markers;
  private final Store store;
  private final Marker marker;
  private final MarkedWork work;
  private final Mark mark;
  private final Mark fence;
  private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();

  MarkedTxn(Markers markers, Store store, Marker marker, MarkedWork work) {
    this.markers = markers;
    this.store = store;
    this.marker = marker;
    this.work = work;
    this.mark = new Mark(marker, marker.lease().nextTag());
    this.fence = new Mark(marker, marker.lease().nextTag());
  }

  /** Sends it, once. The future completes on the store's thread. */
  CompletableFuture<Verdict> send() {
    List<Op> ops = new ArrayList<>(work.ops(mark));
    int written = ops.size();
    ops.addAll(reads());
    TxnRequest request = new TxnRequest(List.of(marker.unchanged()), ops, reads(), Repeat.NEVER);
    Futures.onDone(
        store.txn(request),
        answer -> answered(answer, answer.succeeded() ? written : 0),
        this::failed);
    return verdict;
  }

  private List<Op> reads() {
    List<Op> reads = new ArrayList<>();
    reads.add(Op.get(marker.key()));
    reads.addAll(work.evidence(mark));
    return reads;
  }

  private void answered(TxnResult answer, int firstRead) {
    Optional<KeyValue> found = answer.range(firstRead).first();
    if (concludeFromTag(found, answer, firstRead)) {
      return;
    }
    if (modRevision(found) == marker.revision()) {
      giveBackAt(marker.revision());
      verdict.complete(new Verdict.ConditionsNotMet(evidence(answer, firstRead)));
    } else {
      log.debug("{}: marker {} was changed or removed; using another", markers, marker.key());
      marker.lease().dropFree();
      verdict.complete(new Verdict.NotCarriedOut());
    }
  }

  private boolean concludeFromTag(Optional<KeyValue> found, TxnResult answer, int firstRead) {
    Optional<String> note = mark.noteIn(found);
    if (note.isEmpty()) {
      return false;
    }
    long revision = modRevision(found);
    giveBackAt(revision);
    verdict.complete(new Verdict.Applied(revision, mark, note.get(), evidence(answer, firstRead)));
    return true;
  }

  private void failed(Throwable failure) {
    if (failure instanceof OutcomeUnknownException lost) {
      log.debug("{}: the answer to a transaction of {} was lost", markers, marker.key());
      resolve(lost);
    } else if (failure instanceof LeaseNotFoundException) {
      marker.lease().session().checkNow();
      verdict.complete(new Verdict.NotCarriedOut());
    } else {
      giveBackAt(marker.revision());
      verdict.completeExceptionally(failure);
    }
  }

  private void resolve(OutcomeUnknownException lost) {
    TxnRequest request =
        TxnRequest.when(marker.unchanged())
            .then(fence.put(""))
            .otherwise(reads().toArray(Op[]::new))
            .harmlessToRepeat();
    Futures.onDone(
        store.txn(request), answer -> fenced(answer, lost), failure -> unfenced(failure, lost));
  }

  private void fenced(TxnResult answer, OutcomeUnknownException lost) {
    if (answer.succeeded()) {
      notCarriedOut(answer.revision());
      return;
    }
    Optional<KeyValue> found = answer.range(0).first();
    if (concludeFromTag(found, answer, 0)) {
      return;
    }
    if (fence.noteIn(found).isPresent()) {
      notCarriedOut(modRevision(found));
    } else {
      unknown(lost);
    }
  }

  private void unfenced(Throwable failure, OutcomeUnknownException lost) {
    if (failure instanceof UnavailableException && marker.lease().session().isActive()) {
      markers.pause(FENCE_PAUSE, () -> resolve(lost), () -> unknown(lost));
    } else {
      lost.addSuppressed(failure);
      unknown(lost);
    }
  }

  private void notCarriedOut(long markerRevision) {
    giveBackAt(markerRevision);
    verdict.complete(new Verdict.NotCarriedOut());
  }

  private void unknown(OutcomeUnknownException lost) {
    verdict.completeExceptionally(
        new OutcomeUnknownException(
            "the answer to a change of a queue was lost, and what its marker "
                + marker.key()
                + " would tell could not be read in time: it may or may not have been applied",
            lost));
  }

  private void giveBackAt(long revision) {
    marker.lease().giveBack(marker.writtenAt(revision));
  }

  private static long modRevision(Optional<KeyValue> found) {
    return found.map(KeyValue::modRevision).orElse(0L);
  }

  private static List<RangeResult> evidence(TxnResult answer, int firstRead) {
    List<RangeResult> evidence = new ArrayList<>();
    for (int i = firstRead + 1; i < answer.results().size(); i++) {
      evidence.add(answer.range(i));
    }
    return evidence;
  }
}
