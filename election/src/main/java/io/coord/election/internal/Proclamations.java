package io.coord.election.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.OutcomeUnknownException;
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
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * The values that one leader announces, one after another: at most one is on its way, the others wait
 * in the queue.
 *
 *   P:  if create(key) = c and mod(key) = m   then put key = value   else get key
 *
 * m is the revision at which the key was last written, as far as we know. Each put moves mod(key), so
 * of all copies of P, repeated or late, at most one is applied, and none once a later value has been.
 * Values never go back.
 *
 *   leads no more, P not sent ---------------------------> NotLeaderException
 *   P applied at r --------------------------------------> announced at r, m = r
 *   P not applied, key of another create revision, gone -> NotLeaderException
 *   P not applied, key = value at r > m -----------------> a copy was applied: announced at r, m = r
 *   P not applied, key = another value at r > m ---------> an older P of ours came late, or somebody
 *                                                          else wrote: m = r, and P is sent anew
 *   P certainly not applied, no member answers ----------> P again, after a pause
 *   no answer -------------------------------------------> in doubt: P again, after a pause
 *   refused, or the store is closed ---------------------> that
 *
 * The store never repeats P by itself, so that a doubt is known here. In doubt, NotLeaderException
 * would say too much: a copy may have been applied while the leadership stood. Then the end of the
 * leadership, or a refusal, ends P with OutcomeUnknownException.
 *
 * Lost reply, repeated request: as above. Expired lease: the key is gone, or etcd refuses the put.
 * The end of the leadership (a loss, a resignation, a closed session or connection) cuts a pause
 * short, since a closed store would never end it; so every future ends.
 */

/** Announces values in the order in which they are given. Safe to share between threads. */
final class Proclamations {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

  private final Store store;
  private final Ticket ticket;
  private final Entry place;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<Announcement> queue = new ArrayDeque<>();

  /** Whether one has been taken from the queue and is not announced yet. */
  @GuardedBy("lock")
  private boolean busy;

  /** The pause before one is sent again. */
  @GuardedBy("lock")
  private CompletableFuture<Void> pause = CompletableFuture.completedFuture(null);

  @GuardedBy("lock")
  private boolean over;

  /** Written by one announcement after another. */
  private volatile long modRevision;

  /** A value on its way. */
  private static final class Announcement {

    final Bytes value;

    /** Run once etcd has the value, before the next one is sent. */
    final Runnable known;

    final CompletableFuture<Long> announced = new CompletableFuture<>();

    /**
     * Whether a copy was sent of which nobody knows what became of it; set on one thread a time.
     */
    volatile boolean inDoubt;

    Announcement(Bytes value, Runnable known) {
      this.value = value;
      this.known = known;
    }
  }

  Proclamations(Ticket ticket, Entry place, long modRevision) {
    this.store = ticket.session().runtime().store();
    this.ticket = ticket;
    this.place = place;
    this.modRevision = modRevision;
    Futures.onDone(ticket.lost(), loss -> end(), failure -> {});
  }

  /**
   * The future completes on the store's thread, with the revision.
   *
   * @param known takes note that the value has been announced: one after another, in their order
   */
  CompletableFuture<Long> proclaim(Bytes value, Runnable known) {
    Announcement announcement = new Announcement(value, known);
    synchronized (lock) {
      queue.add(announcement);
      if (busy) {
        return announcement.announced;
      }
      busy = true;
    }
    next();
    return announcement.announced;
  }

  /** The leadership has ended, or is being given up: nothing is waited for any more. */
  void end() {
    CompletableFuture<Void> waiting;
    synchronized (lock) {
      over = true;
      waiting = pause;
    }
    waiting.complete(null);
  }

  private void next() {
    while (true) {
      Announcement announcement;
      synchronized (lock) {
        announcement = queue.poll();
        if (announcement == null) {
          busy = false;
          return;
        }
      }
      if (ticket.isHeld()) {
        send(announcement);
        return;
      }
      announcement.announced.completeExceptionally(notLeading(announcement));
    }
  }

  private void send(Announcement announcement) {
    TxnRequest request =
        TxnRequest.when(
                Compare.createRevision(place.key(), Relation.EQUAL, place.createRevision()),
                Compare.modRevision(place.key(), Relation.EQUAL, modRevision))
            .then(Op.put(place.key(), announcement.value, ticket.session().lease()))
            .otherwise(Op.get(place.key()));
    Futures.onDone(
        store.txn(request),
        answer -> answered(announcement, answer),
        failure -> failed(announcement, failure));
  }

  private void answered(Announcement announcement, TxnResult answer) {
    if (answer.succeeded()) {
      announcedAt(answer.revision(), announcement);
      return;
    }
    Optional<KeyValue> found =
        answer.range(0).first().filter(kv -> kv.createRevision() == place.createRevision());
    if (found.isEmpty()) {
      fail(announcement, notLeading(announcement));
    } else if (found.get().value().equals(announcement.value)) {
      announcedAt(found.get().modRevision(), announcement);
    } else {
      modRevision = found.get().modRevision();
      sendAgain(announcement);
    }
  }

  private void failed(Announcement announcement, Throwable failure) {
    if (failure instanceof LeaseNotFoundException) {
      fail(announcement, notLeading(announcement));
    } else if (failure instanceof RefusedException || failure instanceof ClosedException) {
      fail(announcement, announcement.inDoubt ? outcomeUnknown(failure) : failure);
    } else {
      if (failure instanceof OutcomeUnknownException) {
        announcement.inDoubt = true;
      }
      Futures.onDone(pause(), ended -> sendAgain(announcement), never -> {});
    }
  }

  private void sendAgain(Announcement announcement) {
    if (ticket.isHeld()) {
      send(announcement);
    } else {
      fail(announcement, notLeading(announcement));
    }
  }

  private CompletableFuture<Void> pause() {
    CompletableFuture<Void> next = new CompletableFuture<>();
    synchronized (lock) {
      if (over) {
        return CompletableFuture.completedFuture(null);
      }
      pause = next;
    }
    store.scheduler().schedule(RETRY_PAUSE, () -> next.complete(null));
    return next;
  }

  private void announcedAt(long revision, Announcement announcement) {
    modRevision = revision;
    announcement.known.run();
    announcement.announced.complete(revision);
    next();
  }

  private void fail(Announcement announcement, Throwable failure) {
    announcement.announced.completeExceptionally(failure);
    next();
  }

  private RuntimeException notLeading(Announcement announcement) {
    return announcement.inDoubt
        ? outcomeUnknown(null)
        : new NotLeaderException(
            "a value cannot be proclaimed: " + place.key() + " leads no more; campaign again");
  }

  private OutcomeUnknownException outcomeUnknown(@Nullable Throwable end) {
    return new OutcomeUnknownException(
        place.key() + ": no more could be done before etcd had answered; a value may be proclaimed",
        end);
  }
}
