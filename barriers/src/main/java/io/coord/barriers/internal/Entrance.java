package io.coord.barriers.internal;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.internal.Roster.Ready;
import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.HoldLoss;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Lines;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * One member's way into a double barrier.
 *
 *   BEHIND its entrance before --that one is out of the way--> JOINING
 *      '--- time over, cancelled ---> nothing
 *   JOINING --key put at c--> WAITING --ready, c not after its lastIn-------------------> IN
 *      |                        | |'-- c is the count-th: announce ready, guarded ------> IN
 *      |                        |  '-- one too many, or the last round is not over --> LEAVING --> full
 *      '--- time over, cancelled ---> LEAVING --ready came first--> IN (or left again, if cancelled)
 *                                          '--withdrawn----------> nothing
 *   WAITING --not the count-th, and no time was given--> LEAVING
 *   any --session lost, key deleted by hand, refused, closed--> failed
 *
 * "All have come" is one write, of the key `ready`. It is made by the count-th member, in a transaction
 * that fails when its own key is gone, when ready was written, or when anybody has withdrawn since the
 * state in which it was the count-th. A member withdraws in a transaction that fails when ready was
 * written after it came. So the two are ordered by etcd, and whoever is told that it is in, is in with
 * all others; nobody is told that its time is over after the others went in with it. If that ready was
 * for others only, the member withdraws again, unless there is yet another one: as long as its key
 * stands, those of the next round count it. A member that dies after it came has come.
 *
 * One commit instead of two: who comes when this process sees all others standing there puts its key and
 * `ready` in one transaction. The second part is done if every key that was seen is there still, of the
 * same creation, if none has come since, and if ready is as it was: so it is the count-th, at that very
 * revision, and nobody of the others has withdrawn or died. If not, only the key is put, and all goes on as
 * above. The mirror may be late and the guess be wrong, it only decides which request is sent. Ready's
 * revision is c then, which counts as written after the member came; nobody else can have a key of that
 * revision. Lost reply: the line finds out whether the key was put, and then the mirror tells of ready. A
 * copy that is applied late fails at the line's fence, both parts of it. Withdrawal: it compares that ready
 * is older than c, and fails.
 *
 * Lost reply, repeated request: both transactions compare what they change, so a second copy does
 * nothing; that of a withdrawal tells by the member's own key whether the first one was applied. The
 * key itself is put and deleted by a ticket of the line, which resolves lost replies and knows of
 * deletions and of the session's end. Compacted watch: see Mirror; ready keeps its value until nobody
 * is left, so nothing is missed. Closed: every future fails.
 *
 * When etcd cannot be reached, giving up is reported after a second; the withdrawal goes on until it
 * succeeds or the session ends, and if ready came first after all, the member leaves at once. Until
 * then the same member may not join again: the key that it has given up would be counted as somebody
 * else, and etcd may carry out the join before the withdrawal. So each entrance waits until the one
 * before it is out of the way (Clearance), which it is already unless that one was given up: its key was
 * never put, or is gone, or is of a round that has begun, and lets no other begin. While etcd refuses to
 * delete it, no entrance of this member goes on.
 *
 * A member is in only while it has its key: where `ready` is seen by the mirror, so is the key, in the
 * same state. One whose key went may have been in `ready` or not; others may have come in its place. It
 * is told that its key or its session is lost, and for the others it is one that died.
 *
 * Everything happens on the store's thread, but that it begins and may be cancelled on any.
 */

/** Enters a double barrier. */
final class Entrance implements Mirror.Observer {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Store store;
  private final Scheduler scheduler;
  private final Roster roster;
  private final int count;
  private final Mirrors mirrors;
  private final LeaseSession session;
  private final CompletableFuture<Optional<Membership>> result;
  private final Clearance clearance = new Clearance();

  private Optional<Ticket> place = Optional.empty();
  private Optional<Mirror> mirror = Optional.empty();
  private long created;
  private boolean accepted;
  private boolean announcing;
  private long announceAfter;
  private boolean looksOnce;
  private boolean givenUp;
  private boolean leaving;

  private Entrance(LeaseSession session, Roster roster, int count) {
    this.coord = session.runtime();
    this.store = coord.store();
    this.scheduler = store.scheduler();
    this.roster = roster;
    this.count = count;
    this.session = session;
    this.mirrors = Mirrors.of(coord);
    this.result = mirrors.endingWithTheConnection(new CompletableFuture<>());
  }

  /**
   * Puts the member's key and waits for the others.
   *
   * @param before whether the member's entrance before this one is out of the way
   */
  static Entrance begin(
      LeaseSession session, Roster roster, int count, Optional<Duration> bound, Clearance before) {
    Entrance entrance = new Entrance(session, roster, count);
    bound.ifPresent(entrance::limit);
    Scheduler scheduler = entrance.scheduler;
    Futures.onDone(entrance.result, end -> {}, failure -> scheduler.execute(entrance::giveUpNow));
    before.await(
        () -> scheduler.execute(entrance::join),
        refusal -> scheduler.execute(() -> entrance.failBehind(refusal)));
    return entrance;
  }

  private void limit(Duration bound) {
    looksOnce = bound.isZero();
    Duration limit = looksOnce ? coord.config().requestTimeout() : bound;
    Timer timer = scheduler.schedule(limit, this::giveUpNow);
    Futures.onDone(result, end -> timer.cancel(), failure -> timer.cancel());
  }

  private void join() {
    if (givenUp || result.isDone()) {
      clearance.give();
      endWithNothing();
      return;
    }
    Ticket ticket = newTicket();
    place = Optional.of(ticket);
    Futures.onDone(
        ticket.granted(),
        grant -> scheduler.execute(() -> joined(grant)),
        failure -> scheduler.execute(() -> fail(failure)));
    Futures.onDone(ticket.lost(), loss -> scheduler.execute(() -> lost(loss)), failure -> {});
  }

  private void failBehind(Throwable refusal) {
    clearance.refuse(refusal);
    result.completeExceptionally(refusal);
  }

  private Ticket newTicket() {
    Bytes value = Signature.now(coord).encode();
    Optional<TxnRequest> announcement =
        mirrors
            .present(roster.range())
            .filter(Mirror::isKnown)
            .flatMap(state -> roster.announceWithTheLast(state, count));
    Lines lines = coord.lines();
    Bytes line = roster.prefix();
    Admission rule = roster.admission();
    Bytes waiters = roster.waiters();
    return announcement
        .map(rider -> lines.joinWithRider(line, rule, waiters, session, value, rider))
        .orElseGet(() -> lines.join(line, rule, waiters, session, value, Handover.ONCE_GONE));
  }

  private Ticket ticket() {
    return place.orElseThrow();
  }

  /** Gives the membership, or nothing after giving up. */
  CompletableFuture<Optional<Membership>> result() {
    return result;
  }

  /** Whether no key of a member that did not get in can be counted any more. */
  Clearance clearance() {
    return clearance;
  }

  /** Ends when it is out of the way, after a second, when etcd refuses, or with the connection. */
  CompletableFuture<Void> settled() {
    CompletableFuture<Void> settled =
        mirrors.endingWithTheConnection(new CompletableFuture<Void>());
    clearance.await(() -> settled.complete(null), settled::completeExceptionally);
    Timer timer = scheduler.schedule(GRACE, () -> settled.complete(null));
    Futures.onDone(settled, end -> timer.cancel(), failure -> timer.cancel());
    return settled;
  }

  private void giveUpNow() {
    if (givenUp) {
      return;
    }
    givenUp = true;
    if (place.isEmpty()) {
      endWithNothing();
      return;
    }
    scheduler.schedule(GRACE, this::endWithNothing);
    if (created > 0 && !leaving) {
      withdraw(this::endWithNothing);
    }
  }

  private void endWithNothing() {
    result.complete(Optional.empty());
  }

  private void joined(Grant grant) {
    created = grant.entry().createRevision();
    if (ticket().isRiderApplied()) {
      in(created);
    } else if (givenUp) {
      withdraw(this::endWithNothing);
    } else {
      Mirror observed = mirrors.get(roster.range());
      mirror = Optional.of(observed);
      observed.add(this);
    }
  }

  @Override
  public void onState(Mirror state) {
    if (leaving || state.revision() < created || !hasKey(state)) {
      return;
    }
    Optional<Ready> ready = roster.ready(state);
    if (ready.isPresent() && ready.get().isSince(created)) {
      if (created <= ready.get().lastIn()) {
        in(ready.get().lastIn());
      } else {
        refuse();
      }
    } else {
      waitOn(state, ready);
    }
  }

  /** If it has not, the ticket finds out why. */
  private boolean hasKey(Mirror state) {
    return state.get(ticket().key()).filter(kv -> kv.createRevision() == created).isPresent();
  }

  private void waitOn(Mirror state, Optional<Ready> ready) {
    if (accepted && !looksOnce && state.size() < count) {
      return;
    }
    int place = roster.countUpTo(state, created);
    if (!accepted) {
      boolean lastRoundGoesOn = ready.isPresent() && roster.anyUpTo(state, ready.get().lastIn());
      if (lastRoundGoesOn || place > count) {
        refuse();
        return;
      }
      accepted = true;
    }
    if (place < count && looksOnce) {
      giveUpNow();
    } else if (place == count && !announcing && state.revision() > announceAfter) {
      announce(state);
    }
  }

  private void announce(Mirror state) {
    announcing = true;
    long seen = state.revision();
    Futures.onDone(
        store.txn(roster.announce(state, ticket().key(), created)),
        answer -> announced(answer, state, seen),
        failure -> announceFailed(failure, state));
  }

  private void announced(TxnResult answer, Mirror state, long seen) {
    announcing = false;
    if (leaving) {
      return;
    }
    if (answer.succeeded()) {
      in(created);
    } else {
      announceAfter = seen;
      onState(state);
    }
  }

  private void announceFailed(Throwable failure, Mirror state) {
    if (failure instanceof RefusedException) {
      fail(failure);
      return;
    }
    scheduler.schedule(
        RETRY_PAUSE,
        () -> {
          announcing = false;
          onState(state);
        });
  }

  private void in(long lastIn) {
    stopWaiting();
    Optional<RuntimeException> ended = session.ended();
    if (ended.isPresent()) {
      end(ended.get());
    } else if (result.complete(Optional.of(new Membership(ticket(), lastIn)))) {
      clearance.give();
    } else {
      goAway();
    }
  }

  private void refuse() {
    withdraw(
        () ->
            result.completeExceptionally(
                new BarrierFullException(
                    "the double barrier "
                        + roster.name()
                        + " is full: it takes "
                        + count
                        + " members, and those who are there have not all left; enter again"
                        + " later")));
  }

  private void withdraw(Runnable tell) {
    stopWaiting();
    Futures.onDone(
        Withdrawal.begin(session, roster, ticket().key(), created),
        roundBegun -> {
          if (roundBegun.isPresent()) {
            in(roundBegun.get().lastIn());
          } else {
            clearance.give();
            goAway();
            tell.run();
          }
        },
        failure -> {
          goAway();
          tell.run();
        });
  }

  /** Ends the ticket; deletes its key if it is still there, and what else nobody needs. */
  private void goAway() {
    Futures.onDone(ticket().leave(), left -> {}, clearance::refuse);
    Futures.onDone(
        ticket().gone(),
        gone -> {
          clearance.give();
          Futures.onDone(store.txn(roster.tidy()), done -> {}, failure -> {});
        },
        defect -> {});
  }

  private void lost(HoldLoss loss) {
    if (!leaving) {
      Futures.onDone(KeyLoss.reason(session, ticket().key(), loss), this::fail, this::fail);
    }
  }

  private void fail(Throwable failure) {
    if (leaving) {
      return;
    }
    stopWaiting();
    end(failure);
  }

  private void end(Throwable failure) {
    result.completeExceptionally(failure);
    goAway();
  }

  private void stopWaiting() {
    leaving = true;
    mirror.ifPresent(observed -> observed.remove(this));
    mirror = Optional.empty();
  }

  @Override
  public void onFailed(CoordException cause) {
    fail(cause);
  }
}
