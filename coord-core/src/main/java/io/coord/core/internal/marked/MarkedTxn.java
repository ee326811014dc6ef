package io.coord.core.internal.marked;

import io.coord.core.OutcomeUnknownException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.LeaseStatus;
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
 * wait in a frozen member and be applied later: a ghost, that would enqueue a value again, or write
 * for a transaction that was told as failed. T's own conditions do not stop it: what was absent may
 * be absent again. So T also rewrites a marker, a key M that one transaction at a time has:
 *
 *   P:  if create(M) = 0  then put M = "new"       else get M
 *   T:  if mod(M) = m and T's conditions hold
 *                         then T's writes, M = tag else get M, T's evidence
 *   F:  if mod(M) = m     then put M = fence       else get M, T's evidence
 *
 * Each put of M is under a lease L, of the connection or of a session. m is the revision at which M
 * was last written, as far as we know: at first by P, later by a T or an F. A T whose conditions are
 * in its branches (MarkedWork.Branching) compares only mod(M) and reads M and the evidence in any
 * case; a note in the tag says which branch it was.
 *
 *   NONE --P--> put at m, or found at m ----------------------------> FREE at m
 *        |--> L does not exist: L is given up, another is opened ---> NONE, nothing was sent of T
 *        '--> refused, out of reach, closed ------------------------> failed, nothing was sent of T
 *
 *   FREE at m, taken --T--> M = tag at r ----------> APPLIED r,         FREE at r
 *        |             |--> M still at m ----------> CONDITIONS NOT MET, FREE at m
 *        |             |--> M elsewhere, or gone --> NOT CARRIED OUT,   M is dropped
 *        |             |--> never sent, or refused -> failed,           FREE at m
 *        |             |--> a lease is missing: is it L?
 *        |             |       no --------------------> LEASE MISSING,  FREE at m
 *        |             |       yes, L is given up ----> LEASE MISSING,  M is dropped
 *        |             |       no answer -------------> failed,         FREE at m
 *        |             '--> answer lost --F--> put at r --------> NOT CARRIED OUT, FREE at r
 *        |                                |--> M = tag at r ----> APPLIED r,       FREE at r
 *        |                                |--> M = fence at r --> NOT CARRIED OUT, FREE at r
 *        |                                |--> no member -------> F again, while L's session is active
 *        |                                |--> M gone ----------> unknown,         M is dropped
 *        |                                '--> refused --get M--> as above; M still at m:
 *        |                                       T was refused -> failed,          FREE at m
 *        |                                       no answer to T > F again, for a few seconds;
 *        |                                                        unknown,         M is dropped
 *        '--called off----> cancelled, FREE at m; nothing was sent of T
 *
 * Why it is right:
 * - Revisions only rise, so once mod(M) is not m, it is never m again, whatever becomes of M: 0 is no
 *   m, since no T is sent before P has told a revision. From then on T and its ghosts fail.
 * - T applied before F: mod(M) is T's revision, so F writes nothing and finds T's tag and note. These
 *   and the evidence say all that T's own answer would have said: no history is read, so a
 *   compaction between T and F takes nothing away.
 * - T not applied before F, or applied without its conditions met: F moves mod(M) past m.
 * - T answered that a condition did not hold: it has been carried out, as a read, and has no ghost;
 *   the next T may start from the same m. If it is carried out twice on the way, and the second one
 *   answers, the M that it reads has T's tag.
 * - F may be lost, repeated, and have ghosts of its own: a second F, however late, fails on
 *   mod(M) = m, and reads T's tag or the first F's fence. So it is harmless to repeat.
 * - T may have been refused, and yet applied: etcd out of space does that. Then F is refused too, but
 *   what etcd has answered is not on its way any more, so M is as T has left it, and is read. If a
 *   copy of F comes late, it moves M past m, and the next T, which starts from m, is not carried out.
 * - T unanswered, and F refused: T may be on its way, so that M where it was tells nothing. What etcd
 *   refuses for a moment, for a token or a permission say, it takes later; who waits for want of space
 *   is told that it is unknown.
 * - P may be, too: where M is, it writes nothing. Where M was, and went with L, P is refused with L;
 *   if L is there again, because a ghost of its grant made it anew, P makes M at another revision.
 *   No T compares that one, unless it came from P's first answer; and then no T compares the former.
 *   M's name is used for one P only, and has a number that is L's session's own, so nobody else
 *   writes M. If a stranger does, before P: what P finds is a revision like any other.
 * - M vanishes only with L, or by a stranger's hand. What became of a T whose answer was lost before
 *   can then not be told any more, and only then does the caller hear "unknown". It takes an outage
 *   longer than L's time to live. L may be revoked at any moment, between P and T too: T then finds M
 *   gone and is not carried out, and the P of the next marker finds L gone.
 * - A missing permission is told by P already, and reaches the caller as it is: nothing is repeated.
 * - Closed at any moment: what is under way ends with the store, the waiting between two Fs is cut
 *   short with "unknown", L cannot be opened again; L ends with the connection, M with L.
 */

/** Sends one marked transaction, and finds out what became of it. */
final class MarkedTxn {

  private static final Logger log = LoggerFactory.getLogger(MarkedTxn.class);

  /** Between two tries of a fence that no member answered. */
  private static final Duration FENCE_PAUSE = Duration.ofMillis(200);

  /** How often a fence is refused before its transaction's outcome is unknown: for 5 s. */
  private static final int MOST_REFUSALS = 25;

  private final Markers markers;
  private final Store store;
  private final Marker marker;
  private final MarkedWork work;
  private final Mark mark;
  private final Mark fence;
  private final CompletableFuture<Verdict> verdict;
  private int refusals;

  MarkedTxn(
      Markers markers,
      Store store,
      Marker marker,
      MarkedWork work,
      CompletableFuture<Verdict> verdict) {
    this.markers = markers;
    this.store = store;
    this.marker = marker;
    this.work = work;
    this.mark = new Mark(marker, marker.lease().nextTag());
    this.fence = new Mark(marker, marker.lease().nextTag());
    this.verdict = verdict;
  }

  /** Sends it, once. The verdict is told on the store's thread. */
  void send() {
    if (work instanceof MarkedWork.Plain plain) {
      send(plain);
    } else if (work instanceof MarkedWork.Branching branching) {
      send(branching);
    }
  }

  private void send(MarkedWork.Plain plain) {
    List<Compare> conditions = new ArrayList<>();
    conditions.add(marker.unchanged());
    conditions.addAll(plain.conditions());
    List<Op> writes = new ArrayList<>(plain.writes());
    writes.add(mark.put(""));
    TxnRequest request =
        new TxnRequest(conditions, writes, withMarker(plain.otherwise()), Repeat.NEVER);
    Futures.onDone(
        store.txn(request),
        answer -> {
          if (answer.succeeded()) {
            applied(answer.revision(), "", List.of());
          } else {
            answered(answer, 0);
          }
        },
        this::failed);
  }

  private void send(MarkedWork.Branching branching) {
    List<Op> ops = new ArrayList<>(branching.ops(mark));
    int written = ops.size();
    List<Op> reads = withMarker(branching.evidence(mark));
    ops.addAll(reads);
    TxnRequest request = new TxnRequest(List.of(marker.unchanged()), ops, reads, Repeat.NEVER);
    Futures.onDone(
        store.txn(request),
        answer -> answered(answer, answer.succeeded() ? written : 0),
        this::failed);
  }

  private List<Op> withMarker(List<Op> evidence) {
    List<Op> reads = new ArrayList<>();
    reads.add(Op.get(marker.key()));
    reads.addAll(evidence);
    return reads;
  }

  private void answered(TxnResult answer, int firstRead) {
    Optional<KeyValue> found = answer.range(firstRead).first();
    if (concludeFromTag(found, answer, firstRead)) {
      return;
    }
    if (modRevision(found) == marker.revision()) {
      giveBackAt(marker.revision());
      verdict.complete(
          new Verdict.ConditionsNotMet(answer.revision(), evidence(answer, firstRead)));
    } else {
      log.debug("{}: marker {} was changed or removed; using another", markers, marker.key());
      marker.lease().dropFree();
      verdict.complete(new Verdict.NotCarriedOut());
    }
  }

  private boolean concludeFromTag(Optional<KeyValue> found, TxnResult answer, int firstRead) {
    Optional<String> note = mark.noteIn(found);
    note.ifPresent(text -> applied(modRevision(found), text, evidence(answer, firstRead)));
    return note.isPresent();
  }

  private void failed(Throwable failure) {
    if (failure instanceof OutcomeUnknownException lost) {
      log.debug("{}: the answer to a transaction of {} was lost", markers, marker.key());
      resolve(lost);
    } else if (failure instanceof LeaseNotFoundException) {
      checkLease();
    } else {
      failedWithoutEffect(failure);
    }
  }

  private void failedWithoutEffect(Throwable failure) {
    giveBackAt(marker.revision());
    verdict.completeExceptionally(failure);
  }

  /** The work may have named other leases than the marker's, and etcd does not say which it was. */
  private void checkLease() {
    LeaseSession session = marker.lease().session();
    Futures.onDone(
        store.leaseStatus(session.lease()),
        status -> leaseMissing(session, status),
        this::failedWithoutEffect);
  }

  private void leaseMissing(LeaseSession session, LeaseStatus status) {
    if (status.exists()) {
      giveBackAt(marker.revision());
    } else {
      session.leaseGone("etcd refused a transaction that put a key under it");
    }
    verdict.complete(new Verdict.LeaseMissing());
  }

  private void resolve(OutcomeUnknownException lost) {
    TxnRequest request =
        TxnRequest.when(marker.unchanged())
            .then(fence.put(""))
            .otherwise(markerAndEvidence())
            .harmlessToRepeat();
    Futures.onDone(
        store.txn(request), answer -> fenced(answer, lost), failure -> unfenced(failure, lost));
  }

  private void fenced(TxnResult answer, OutcomeUnknownException lost) {
    if (answer.succeeded()) {
      notCarriedOut(answer.revision());
      return;
    }
    if (!concludeFromMarker(answer)) {
      unknown(lost);
    }
  }

  /** Gives false when the marker shows neither the transaction nor its fence. */
  private boolean concludeFromMarker(TxnResult answer) {
    Optional<KeyValue> found = answer.range(0).first();
    if (concludeFromTag(found, answer, 0)) {
      return true;
    }
    boolean isFenced = fence.noteIn(found).isPresent();
    if (isFenced) {
      notCarriedOut(modRevision(found));
    }
    return isFenced;
  }

  private Op[] markerAndEvidence() {
    List<Op> evidence =
        work instanceof MarkedWork.Branching branching ? branching.evidence(mark) : List.of();
    return withMarker(evidence).toArray(Op[]::new);
  }

  private void unfenced(Throwable failure, OutcomeUnknownException lost) {
    if (failure instanceof UnavailableException && marker.lease().session().isActive()) {
      resolveLater(lost);
    } else if (failure instanceof RefusedException refusal) {
      look(lost, refusal);
    } else {
      unknown(lost, failure);
    }
  }

  private void resolveLater(OutcomeUnknownException lost) {
    markers.pause(FENCE_PAUSE, () -> resolve(lost), () -> unknown(lost));
  }

  /** Etcd takes no fence, for want of space perhaps; it tells all the same what the marker is. */
  private void look(OutcomeUnknownException lost, RefusedException refusal) {
    Futures.onDone(
        store.txn(TxnRequest.of(markerAndEvidence())),
        answer -> looked(answer, lost, refusal),
        failure -> unseen(failure, lost));
  }

  private void looked(TxnResult answer, OutcomeUnknownException lost, RefusedException refusal) {
    if (concludeFromMarker(answer)) {
      return;
    }
    boolean isUntouched = modRevision(answer.range(0).first()) == marker.revision();
    if (isUntouched && lost.getCause() instanceof RefusedException refused) {
      failedWithoutEffect(refused);
    } else if (isUntouched) {
      refusedForNow(refusal, lost);
    } else {
      unknown(lost, refusal);
    }
  }

  private void unseen(Throwable failure, OutcomeUnknownException lost) {
    if (failure instanceof RefusedException refusal) {
      refusedForNow(refusal, lost);
    } else {
      unfenced(failure, lost);
    }
  }

  private void refusedForNow(RefusedException refusal, OutcomeUnknownException lost) {
    refusals++;
    if (refusals < MOST_REFUSALS) {
      resolveLater(lost);
    } else {
      unknown(lost, refusal);
    }
  }

  private void applied(long revision, String note, List<RangeResult> evidence) {
    giveBackAt(revision);
    verdict.complete(new Verdict.Applied(revision, mark, note, evidence));
  }

  private void notCarriedOut(long markerRevision) {
    giveBackAt(markerRevision);
    verdict.complete(new Verdict.NotCarriedOut());
  }

  private void unknown(OutcomeUnknownException lost, Throwable why) {
    lost.addSuppressed(why);
    unknown(lost);
  }

  private void unknown(OutcomeUnknownException lost) {
    verdict.completeExceptionally(
        new OutcomeUnknownException(
            "the answer to a transaction was lost, and what its marker "
                + marker.key()
                + " would tell could not be read in time: it may or may not have been applied;"
                + " read the keys to see whether it was",
            lost));
  }

  private void giveBackAt(long revision) {
    marker.lease().giveBack(marker.writtenAt(revision));
  }

  private static long modRevision(Optional<KeyValue> found) {
    return found.map(KeyValue::modRevision).orElse(0L);
  }

  private static List<RangeResult> evidence(TxnResult answer, int firstRead) {
    return answer.rangesFrom(firstRead + 1);
  }
}
