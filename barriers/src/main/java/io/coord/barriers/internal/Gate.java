package io.coord.barriers.internal;

import io.coord.barriers.BarrierHeldException;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * The key that a barrier is.
 *
 *   hold:     if the key is absent then put it, once (see Once): a hold whose answer was lost neither
 *             fails with "held already" nor comes back after the release.
 *   release:  read the key's create revision c, unless we made it and know c;
 *             if create(key) = c then delete the key.
 *
 * A key that is created again has another create revision, so the deletion may be repeated and may
 * come late: it never takes away what somebody held later. One call releases one hold at most.
 *
 * When we believed to know c, and the key is of another creation, the barrier was released and held
 * again by others; that one is meant, then, and deleted in its turn:
 *
 *   if create(key) = c then delete, sent once --deleted, or absent--------> released
 *        | '--another creation--> that one is deleted --------------------> released
 *        '--answer lost--> the same, as often as it takes
 *                            |--deleted, or absent------------------------> released
 *                            '--another creation--------------------------> unknown
 *
 * Only an answer to a request that was sent once says that not we deleted c. After a lost one, who
 * holds the barrier now may have taken it after our deletion, and is left alone; or before, and would
 * have been meant. Which of them, etcd cannot tell: a deletion leaves nothing behind. A marked
 * transaction (see Once) would know, but at the price of a second key in every release, for one whose
 * answer is lost and that somebody else's hold follows before we can ask again. So that is said, and
 * left to the caller.
 *
 * The answer to the deletion says what the key was at its revision: deleted by it, or absent, or of
 * another creation. Those of this process who wait learn that from the answer and do not wait for
 * the watch. It is as safe as an event: the transaction went through etcd's log whichever branch it
 * took, so its answer tells a state that etcd had. A copy of the request that is applied late, or
 * whose answer is lost, tells nobody anything; then the watch does.
 */

/** Holds and releases a barrier. Safe to share between threads. */
public final class Gate {

  private final CoordRuntime coord;
  private final Store store;
  private final Mirrors mirrors;
  private final Bytes key;

  /** The create revision of the key that we made last. */
  private volatile Optional<Long> made = Optional.empty();

  /** The gate with this key. */
  public Gate(CoordRuntime coord, Bytes key) {
    this.coord = coord;
    this.store = coord.store();
    this.mirrors = Mirrors.of(coord);
    this.key = key;
  }

  /** Makes the key; the future completes on the store's thread. */
  public CompletableFuture<Void> hold() {
    MarkedWork.Plain work =
        new MarkedWork.Plain.Writes(
            List.of(Compare.absent(key)),
            List.of(Op.put(key, Signature.now(coord).encode())),
            List.of(Op.get(RangeRequest.key(key).keysOnly())));
    return Once.of(coord).apply(work).thenAccept(this::held);
  }

  private void held(Verdict.Done verdict) {
    if (verdict instanceof Verdict.Applied applied) {
      made = Optional.of(applied.revision());
    } else if (verdict instanceof Verdict.ConditionsNotMet not) {
      String since =
          not.evidence()
              .get(0)
              .first()
              .map(kv -> ", since revision " + kv.createRevision())
              .orElse("");
      throw new BarrierHeldException(
          "barrier " + key.utf8() + " is held already" + since + "; release it first");
    }
  }

  /** Reads who made the key; the future completes on the store's thread. */
  public CompletableFuture<Optional<Contender>> holder() {
    return mirrors.endingWithTheConnection(
        store.range(RangeRequest.key(key)).thenApply(found -> found.first().map(Gate::holder)));
  }

  /** One that outlives whoever made it: it has no lease. */
  private static Contender holder(KeyValue kv) {
    Optional<Signature> signature = Signature.parse(kv.value());
    return new Contender(
        kv.key().utf8(),
        kv.value(),
        kv.createRevision(),
        kv.lease(),
        Optional.empty(),
        signature.map(Signature::since),
        signature.map(Signature::client));
  }

  /** Deletes the key; the future completes on the store's thread. */
  public CompletableFuture<Void> release() {
    Optional<Long> known = made;
    made = Optional.empty();
    return known.isPresent() ? releaseMade(known.get()) : releaseWhatIsThere();
  }

  private CompletableFuture<Void> releaseMade(long createRevision) {
    TxnRequest deletion = deletion(createRevision);
    return send(deletion)
        .thenCompose(answer -> releaseFound(heldByAnother(answer)))
        .exceptionallyCompose(
            failure ->
                Futures.unwrap(failure) instanceof OutcomeUnknownException lost
                    ? send(deletion.harmlessToRepeat()).thenAccept(answer -> conclude(answer, lost))
                    : CompletableFuture.failedFuture(failure));
  }

  private void conclude(TxnResult answer, OutcomeUnknownException lost) {
    Optional<KeyValue> other = heldByAnother(answer);
    if (other.isPresent()) {
      throw new OutcomeUnknownException(
          "the answer to the release of barrier "
              + key.utf8()
              + " was lost, and it is held by another since revision "
              + other.get().createRevision()
              + ", who took it after the release or before; release it again if that hold is meant",
          lost);
    }
  }

  private CompletableFuture<Void> releaseWhatIsThere() {
    return store
        .range(RangeRequest.key(key).keysOnly())
        .thenCompose(found -> releaseFound(found.first()));
  }

  private CompletableFuture<Void> releaseFound(Optional<KeyValue> found) {
    return found.isPresent()
        ? send(deletion(found.get().createRevision()).harmlessToRepeat()).thenAccept(done -> {})
        : CompletableFuture.completedFuture(null);
  }

  private TxnRequest deletion(long createRevision) {
    return TxnRequest.when(Compare.createRevision(key, Relation.EQUAL, createRevision))
        .then(Op.delete(key))
        .otherwise(Op.get(key));
  }

  private static Optional<KeyValue> heldByAnother(TxnResult answer) {
    return answer.succeeded() ? Optional.empty() : answer.range(0).first();
  }

  private CompletableFuture<TxnResult> send(TxnRequest deletion) {
    return store.txn(deletion).thenApply(this::tellThoseWhoWaitHere);
  }

  private TxnResult tellThoseWhoWaitHere(TxnResult answer) {
    List<KeyValue> left = answer.succeeded() ? List.of() : answer.range(0).kvs();
    mirrors.learned(KeyRange.single(key), answer.revision(), left);
    return answer;
  }
}
