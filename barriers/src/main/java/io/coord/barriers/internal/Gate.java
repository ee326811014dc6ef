package io.coord.barriers.internal;

import io.coord.barriers.BarrierHeldException;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.CoordRuntime;
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
 * come late: it never takes away what somebody held later. When we believed to know c, and the key is
 * of another creation, the barrier was released and held again since; that one is meant, then.
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
    return delete(createRevision)
        .thenCompose(
            answer -> {
              Optional<KeyValue> other =
                  answer.succeeded() ? Optional.empty() : answer.range(0).first();
              return other.isPresent()
                  ? delete(other.get().createRevision()).thenAccept(done -> {})
                  : CompletableFuture.completedFuture(null);
            });
  }

  private CompletableFuture<Void> releaseWhatIsThere() {
    return store
        .range(RangeRequest.key(key).keysOnly())
        .thenCompose(
            found ->
                found.first().isPresent()
                    ? delete(found.first().get().createRevision()).thenAccept(done -> {})
                    : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<TxnResult> delete(long createRevision) {
    return store
        .txn(
            TxnRequest.when(Compare.createRevision(key, Relation.EQUAL, createRevision))
                .then(Op.delete(key))
                .otherwise(Op.get(key))
                .harmlessToRepeat())
        .thenApply(this::tellThoseWhoWaitHere);
  }

  private TxnResult tellThoseWhoWaitHere(TxnResult answer) {
    List<KeyValue> left = answer.succeeded() ? List.of() : answer.range(0).kvs();
    mirrors.learned(KeyRange.single(key), answer.revision(), left);
    return answer;
  }
}
