package io.coord.election.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.election.NotLeaderException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * The values that one leader announces, one after another.
 *
 *   P:  if create(key) = c and mod(key) = m   then put key = value   else get key
 *
 * m is the revision at which the key was last written, as far as we know. Each put moves mod(key), so
 * of all copies of P, repeated or late, at most one is applied, and none once a later value has been.
 * Values never go back.
 *
 *   P applied at r --------------------------------------> announced at r, m = r
 *   P not applied, key of another create revision, gone -> NotLeaderException
 *   P not applied, key = value at r > m -----------------> a copy was applied: announced at r, m = r
 *   P not applied, key = another value at r > m ---------> an older P of ours came late, or somebody
 *                                                          else wrote: m = r, and P is sent anew
 *   no answer -------------------------------------------> P again, until the leadership ends
 *
 * Lost reply, repeated request: as above. Expired lease: the key is gone, or etcd refuses the put.
 * Closed store: every future fails.
 */

/** Announces values in the order in which they are given. Safe to share between threads. */
final class Proclamations {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final Ticket ticket;
  private final Entry place;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /** Written by one proclamation after another, which the chain of futures orders. */
  private volatile long modRevision;

  Proclamations(Ticket ticket, Entry place, long modRevision) {
    this.store = ticket.session().runtime().store();
    this.ticket = ticket;
    this.place = place;
    this.modRevision = modRevision;
  }

  /** The future completes on the store's thread, with the revision. */
  CompletableFuture<Long> proclaim(Bytes value) {
    CompletableFuture<Long> announced = new CompletableFuture<>();
    CompletableFuture<?> before;
    synchronized (lock) {
      before = last;
      last = announced;
    }
    Futures.onDone(before, done -> send(value, announced), failed -> send(value, announced));
    return announced;
  }

  private void send(Bytes value, CompletableFuture<Long> announced) {
    if (!ticket.isHeld()) {
      announced.completeExceptionally(notLeading("it resigned, or lost the leadership"));
      return;
    }
    TxnRequest request =
        TxnRequest.when(
                Compare.createRevision(place.key(), Relation.EQUAL, place.createRevision()),
                Compare.modRevision(place.key(), Relation.EQUAL, modRevision))
            .then(Op.put(place.key(), value, ticket.session().leaseId()))
            .otherwise(Op.get(place.key()))
            .harmlessToRepeat();
    Futures.onDone(
        store.txn(request),
        answer -> answered(value, answer, announced),
        failure -> failed(value, failure, announced));
  }

  private void answered(Bytes value, TxnResult answer, CompletableFuture<Long> announced) {
    if (answer.succeeded()) {
      announcedAt(answer.revision(), announced);
      return;
    }
    Optional<KeyValue> found =
        answer.range(0).first().filter(kv -> kv.createRevision() == place.createRevision());
    if (found.isEmpty()) {
      announced.completeExceptionally(notLeading("its key is gone"));
    } else if (found.get().value().equals(value)) {
      announcedAt(found.get().modRevision(), announced);
    } else {
      modRevision = found.get().modRevision();
      send(value, announced);
    }
  }

  private void failed(Bytes value, Throwable failure, CompletableFuture<Long> announced) {
    if (failure instanceof LeaseNotFoundException) {
      announced.completeExceptionally(notLeading("its lease is gone"));
    } else if (failure instanceof RefusedException || failure instanceof ClosedException) {
      announced.completeExceptionally(failure);
    } else {
      store.scheduler().schedule(RETRY_PAUSE, () -> send(value, announced));
    }
  }

  private void announcedAt(long revision, CompletableFuture<Long> announced) {
    modRevision = revision;
    announced.complete(revision);
  }

  private NotLeaderException notLeading(String why) {
    return new NotLeaderException(
        "a value cannot be proclaimed: "
            + place.key()
            + " leads no more, "
            + why
            + "; campaign again");
  }
}
