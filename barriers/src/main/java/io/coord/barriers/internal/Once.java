package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.Session;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * A transaction that takes effect once, though its answer may be lost.
 *
 *   T:  if the caller's conditions hold and marker is absent
 *       then the caller's writes, put marker = "done" (under a lease L of the connection)
 *       else the caller's reads
 *   F:  if marker is absent then put marker = "never" (under L) else get marker
 *
 *   T answered, held --------------------> applied; the marker is deleted
 *   T answered, did not hold ------------> not applied
 *   T's answer lost ---> F ---"done"-----> applied at the marker's revision
 *                          |--"never", put--> T was not applied, nor will be: a new T, new marker
 *                          '--no answer--> F again, while L lasts; then the outcome is unknown
 *
 * T is sent once only. The marker's name is never used again, and it stays until L ends when F has put
 * it; so a copy of T that a frozen member carries out late finds the marker, or L gone, and fails.
 * F may be repeated: the second copy finds what the first one put. The deletion of the marker follows
 * an answer to T, after which no copy of T is left.
 */

/** Applies transactions exactly once. Safe to share between threads. */
public final class Once {

  private static final Bytes DONE = Bytes.utf8("done");
  private static final Bytes NEVER = Bytes.utf8("never");
  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  /** What became of a transaction. */
  public sealed interface Outcome {

    /** It took effect, once, at this revision. */
    record Applied(long revision) implements Outcome {}

    /** Its conditions did not hold; this is what was read instead. */
    record NotApplied(TxnResult answer) implements Outcome {}
  }

  /**
   * What shall be done.
   *
   * @param name what the marker's key begins with
   * @param when the conditions
   * @param then the writes
   * @param otherwise the reads when a condition does not hold
   */
  public record Work(Bytes name, List<Compare> when, List<Op> then, List<Op> otherwise) {

    /** Copies the lists. */
    public Work {
      when = List.copyOf(when);
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  private final CoordRuntime coord;
  private final Work work;
  private final CompletableFuture<Outcome> outcome;

  private Once(CoordRuntime coord, Work work) {
    this.coord = coord;
    this.work = work;
    this.outcome = Mirrors.of(coord).endingWithTheConnection(new CompletableFuture<>());
  }

  /** Applies work. The future completes on the store's thread; cancelling it undoes nothing. */
  public static CompletableFuture<Outcome> apply(CoordRuntime coord, Work work) {
    Once once = new Once(coord, work);
    once.begin();
    return once.outcome;
  }

  private void begin() {
    if (!outcome.isDone()) {
      Futures.onDone(
          ConnectionLease.of(coord).session(), this::send, outcome::completeExceptionally);
    }
  }

  private void send(Session opened) {
    LeaseSession session = LeaseSession.of(opened);
    String unique =
        Long.toHexString(session.leaseId())
            + "-"
            + Long.toHexString(coord.store().scheduler().randomLong());
    Bytes marker = work.name().concat(Bytes.utf8("\0once/" + unique));
    List<Compare> when = new ArrayList<>(work.when());
    when.add(Compare.absent(marker));
    List<Op> then = new ArrayList<>(work.then());
    then.add(Op.put(marker, DONE, session.leaseId()));
    TxnRequest request =
        TxnRequest.when(when.toArray(Compare[]::new))
            .then(then.toArray(Op[]::new))
            .otherwise(work.otherwise().toArray(Op[]::new));
    Futures.onDone(
        coord.store().txn(request),
        answer -> answered(answer, marker),
        failure -> failed(failure, session, marker));
  }

  private void answered(TxnResult answer, Bytes marker) {
    if (answer.succeeded()) {
      applied(answer.revision(), marker);
    } else {
      outcome.complete(new Outcome.NotApplied(answer));
    }
  }

  private void applied(long revision, Bytes marker) {
    CompletableFuture<TxnResult> unused =
        coord.store().txn(TxnRequest.of(Op.delete(marker)).harmlessToRepeat());
    outcome.complete(new Outcome.Applied(revision));
  }

  private void failed(Throwable failure, LeaseSession session, Bytes marker) {
    if (failure instanceof OutcomeUnknownException lost) {
      resolve(lost, session, marker);
    } else if (failure instanceof LeaseNotFoundException) {
      session.leaseGone("etcd refused a write under its lease");
      begin();
    } else {
      outcome.completeExceptionally(failure);
    }
  }

  private void resolve(OutcomeUnknownException lost, LeaseSession session, Bytes marker) {
    TxnRequest request =
        TxnRequest.when(Compare.absent(marker))
            .then(Op.put(marker, NEVER, session.leaseId()))
            .otherwise(Op.get(marker))
            .harmlessToRepeat();
    Futures.onDone(
        coord.store().txn(request),
        answer -> resolved(answer, lost, marker),
        failure -> unresolved(failure, lost, session, marker));
  }

  private void resolved(TxnResult answer, OutcomeUnknownException lost, Bytes marker) {
    if (answer.succeeded()) {
      begin();
      return;
    }
    Optional<KeyValue> found = answer.range(0).first();
    if (found.isEmpty()) {
      outcome.completeExceptionally(lost);
    } else if (found.get().value().equals(DONE)) {
      applied(found.get().modRevision(), marker);
    } else {
      begin();
    }
  }

  private void unresolved(
      Throwable failure, OutcomeUnknownException lost, LeaseSession session, Bytes marker) {
    if (failure instanceof UnavailableException && session.isActive()) {
      coord.store().scheduler().schedule(RETRY_PAUSE, () -> resolve(lost, session, marker));
    } else {
      lost.addSuppressed(failure);
      outcome.completeExceptionally(lost);
    }
  }
}
