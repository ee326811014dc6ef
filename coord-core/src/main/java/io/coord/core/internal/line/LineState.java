package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.SessionState;
import io.coord.core.internal.line.LineRequests.Glance;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.line.Ticket.Phase;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/*
 * One line in etcd, as all tickets of this process under one prefix share it.
 *
 * What is known of the line is a LineView; who of us stands in it, the tickets. Whatever happens (an
 * answer, a watch event, a session's end, a call) changes the two, and then settle() draws the
 * conclusions: a ticket whose key is gone is told so, and Turns grants to those whose turn it is.
 *
 * Joining.   One transaction puts the key and reads the line, so a free line costs one round trip.
 *            Behind others of us, of whom one at least will wait even when all who leave now are
 *            gone, it reads nothing: who stands between is told by a later read, below. So n of us
 *            who take turns do not read n keys a turn.
 * Leaving.   If one of us is next, it takes over at once where LetGo allows it, and a handover inside
 *            the process costs no commit. Else the transaction that deletes the key reads the keys
 *            of those of us who are next: its answer is their checked grant, for one commit. The
 *            order is etcd's: a stranger in between is in the view, or the view does not yet cover
 *            the next one and nothing is handed over. When a crowd is next (readers behind a
 *            writer), or when the next one joined without reading, the answer is the whole line
 *            instead, and covers all who stand in it: one reading for n turns.
 * Uncovered. A ticket at the head whose predecessors are not all known is not granted. The line is
 *            read then, and again until a read covers it; so a join that read nothing depends on
 *            nobody's leaving, answering or living.
 * Companion. A place may have a second key, put by the same transaction and deleted by the same,
 *            unless the ticket leaves it behind: then it stands where the place stood, on terms of
 *            its own, and can be taken up again (a write hold that becomes a read hold). If the
 *            place's key is deleted by somebody else, the companion is deleted too, lest it
 *            stand there with nobody behind it for as long as the session lives; also when this is
 *            found only by the departure that was to leave it behind.
 * Strangers. A Vigil has the line watched while somebody else's key may be in the way.
 *
 * Lost reply to a join: the fence (LineRequests) says what happened for certain, and keeps a late
 * copy from being applied after we have left. Lost reply to a leave: the deletion is repeated. Either
 * goes on until the session ends, though etcd refuse it for a while (a permission, a full database):
 * whoever waits is told of the refusal, and the ticket leaves as soon as it can. The
 * name of a ticket's keys is given to another only when every request of the ticket was sent once
 * and answered; so a late copy deletes nothing else. Expired lease: the session's hook ends
 * the ticket before etcd can give the place away; its key leaves the view only when etcd says so.
 * Compacted watch: the line is watched and read again. Closed store: every future ends.
 */

/**
 * The decisions of one line. Does nothing by itself: what is to be done, requests and the
 * completion of futures, is added to the effects. Not thread-safe: {@link Line} guards it.
 */
final class LineState {

  private final Line line;
  private final LineRequests requests;
  private final Turns turns;
  private final LineView view;
  private final Findings findings;
  private final LineWatch watch;
  private final Vigil vigil;
  private final Map<Bytes, Ticket> tickets = new HashMap<>();

  /** The modification revision of the fence of each lease, where it is not 0. */
  private final Map<Long, Long> fences = new HashMap<>();

  LineState(Line line, LineRequests requests, Turns turns, LineView view, LineWatch watch) {
    this.line = line;
    this.requests = requests;
    this.turns = turns;
    this.view = view;
    this.findings = new Findings(view, turns);
    this.watch = watch;
    this.vigil = new Vigil(view, watch);
  }

  boolean isIdle() {
    return tickets.isEmpty();
  }

  boolean isWaitedFor() {
    return turns.isWaitedFor();
  }

  /** The line was read by itself. */
  void lineRead(RangeResult read, long sentAt) {
    findings.line(read.revision(), read.kvs(), sentAt);
  }

  LineWatch watch() {
    return watch;
  }

  // Joining

  void join(Ticket ticket, List<Runnable> effects) {
    Ticket present = tickets.putIfAbsent(ticket.key, ticket);
    if (present != null) {
      throw new IllegalStateException(
          "the place " + ticket.key + " is taken up already, through this connection");
    }
    vigil.joins(ticket);
    turns.joins(ticket);
    effects.add(ticket::begins);
    effects.add(() -> line.sendJoin(ticket));
  }

  /** The transaction that puts the ticket's keys. */
  TxnRequest nextJoin(Ticket ticket) {
    ticket.glance = turns.glanceOf(ticket);
    return requests.join(ticket, fences.getOrDefault(ticket.session.lease(), 0L));
  }

  /** The join was answered: it was applied, or the fence has been raised since. */
  void joinAnswered(Ticket ticket, TxnResult answer, long sentAt, List<Runnable> effects) {
    ticket.seenSince = sentAt;
    if (answer.succeeded()) {
      ticket.riderApplied = requests.isRiderApplied(ticket, answer);
      if (ticket.glance == Glance.LINE) {
        RangeResult content = answer.range(ticket.companion.isPresent() ? 2 : 1);
        if (content.more()) {
          watch.open(effects);
          watch.read(effects);
        } else {
          findings.line(answer.revision(), content.kvs(), sentAt);
        }
      }
      joined(ticket, new Entry(ticket.key, answer.revision()), answer.revision(), effects);
      return;
    }
    Optional<KeyValue> own = answer.range(0).first();
    long fence = answer.range(1).first().map(KeyValue::modRevision).orElse(0L);
    fences.put(ticket.session.lease(), fence);
    if (own.isPresent()) {
      joined(ticket, Findings.entryOf(own.get()), answer.revision(), effects);
    } else {
      joinNotApplied(ticket, effects);
    }
  }

  /** The key of a place that is to be taken up again was read. */
  void resumeAnswered(Ticket ticket, RangeResult answer, long sentAt, List<Runnable> effects) {
    ticket.seenSince = sentAt;
    Entry place = ticket.resumed.orElseThrow();
    Optional<KeyValue> found = answer.first();
    if (found.map(Findings::entryOf).filter(place::equals).isPresent()
        && found.orElseThrow().lease() == ticket.session.lease()) {
      joined(ticket, place, answer.revision(), effects);
      return;
    }
    fail(ticket, ticket.nothingToTakeUp(found), effects);
  }

  /** The outcome of the join was unknown; the fence has been raised, and the ticket's key read. */
  void joinResolved(Ticket ticket, TxnResult answer, long sentAt, List<Runnable> effects) {
    ticket.seenSince = sentAt;
    fences.put(ticket.session.lease(), answer.revision());
    Optional<KeyValue> own = answer.range(1).first();
    if (own.isPresent()) {
      joined(ticket, Findings.entryOf(own.get()), answer.revision(), effects);
    } else {
      joinNotApplied(ticket, effects);
    }
  }

  /** The join was not applied and never will be. */
  void joinNotApplied(Ticket ticket, List<Runnable> effects) {
    if (ticket.phase == Phase.JOINING && ticket.leaveAsked) {
      gone(ticket, effects);
      effects.add(() -> ticket.left.complete(Departure.LEFT));
    } else if (ticket.phase == Phase.JOINING) {
      effects.add(() -> line.sendJoin(ticket));
    }
  }

  private void joined(Ticket ticket, Entry entry, long seenAt, List<Runnable> effects) {
    view.seen(entry, seenAt);
    ticket
        .companion
        .map(key -> new Entry(key, entry.createRevision()))
        .ifPresent(companion -> view.seen(companion, entry.createRevision()));
    ticket.entry = Optional.of(entry);
    if (ticket.phase != Phase.JOINING) {
      return;
    }
    ticket.phase = Phase.WAITING;
    turns.waits(ticket);
    if (!view.isAlive(entry)) {
      keyDeleted(ticket, effects);
    } else if (ticket.leaveAsked) {
      beginLeave(ticket, effects);
    }
  }

  /** Somebody wants to know whether anybody is before the ticket. */
  void askPlace(Ticket ticket) {
    ticket.placeAsked = true;
    if (ticket.phase == Phase.WAITING) {
      turns.asksPlace(ticket);
    }
  }

  // Leaving

  void leaveCompanionBehind(Ticket ticket, List<Runnable> effects) {
    if (ticket.phase == Phase.HELD) {
      ticket.companionStays = true;
    }
    leave(ticket, effects);
  }

  void leave(Ticket ticket, List<Runnable> effects) {
    effects.add(() -> ticket.granted.completeExceptionally(leftBeforeGrant(ticket)));
    switch (ticket.phase) {
      case JOINING -> ticket.leaveAsked = true;
      case WAITING, HELD -> beginLeave(ticket, effects);
      case LEAVING -> {}
      case GONE -> effects.add(() -> ticket.left.complete(Departure.HAD_BEEN_LOST));
    }
  }

  /** What hands over at once already cannot be called back. */
  boolean handOverOnceGone(Ticket ticket) {
    if (turns.hasLetGo(ticket.key)) {
      return false;
    }
    ticket.handover = Handover.ONCE_GONE;
    return true;
  }

  private void beginLeave(Ticket ticket, List<Runnable> effects) {
    setPhase(ticket, Phase.LEAVING);
    turns.departs(ticket);
    Successors next = turns.successors(ticket);
    effects.add(() -> line.sendLeave(ticket, next));
  }

  /** The ticket's keys are gone as of the answer's revision; those who are next were read then. */
  void leaveAnswered(
      Ticket ticket,
      Successors next,
      TxnResult answer,
      long sentAt,
      Departure found,
      List<Runnable> effects) {
    long revision = answer.revision();
    int reads = ticket.keysToDelete().size();
    if (next.isLine()) {
      findings.line(revision, answer.range(reads).kvs(), sentAt);
    } else {
      for (Ticket successor : next.tickets()) {
        findings.key(successor.key, answer.range(reads++), revision, sentAt);
      }
    }
    findings.departed(ticket, revision);
    if (ticket.phase == Phase.LEAVING && found == Departure.LEFT) {
      giveNameBack(ticket, effects);
    }
    gone(ticket, effects);
    if (found == Departure.HAD_BEEN_LOST && ticket.companionStays) {
      ticket.companionStays = false;
      effects.add(() -> line.sendLeave(ticket, Successors.NOBODY));
    }
    effects.add(() -> ticket.left.complete(found));
  }

  private static void giveNameBack(Ticket ticket, List<Runnable> effects) {
    if (!ticket.mayBeWrittenLate && !ticket.companionStays) {
      ticket.name.ifPresent(name -> effects.add(() -> ticket.session.giveKeyNameBack(name)));
    }
  }

  /** The ticket's own key was read to check its grant. */
  void checkAnswered(Ticket ticket, RangeResult answer, long sentAt) {
    ticket.checkUnderWay = false;
    findings.key(ticket.key, answer, answer.revision(), sentAt);
  }

  // Ends that nobody asked for

  void sessionEnded(Ticket ticket, List<Runnable> effects) {
    if (ticket.phase == Phase.GONE || ticket.isDepartureAnsweredSoon()) {
      return;
    }
    RuntimeException cause = ticket.session.ended().orElseThrow();
    if (ticket.phase == Phase.HELD) {
      HoldLoss.Reason reason =
          ticket.session.state() == SessionState.LOST
              ? HoldLoss.Reason.SESSION_LOST
              : HoldLoss.Reason.SESSION_CLOSED;
      HoldLoss loss = new HoldLoss(reason, String.valueOf(cause.getMessage()));
      effects.add(() -> ticket.lost.complete(loss));
    } else {
      effects.add(() -> ticket.granted.completeExceptionally(cause));
    }
    abandon(ticket, effects);
  }

  private void keyDeleted(Ticket ticket, List<Runnable> effects) {
    String what =
        "key " + ticket.key + " was deleted in etcd by somebody else, or its lease was revoked";
    if (ticket.phase == Phase.HELD) {
      effects.add(() -> ticket.lost.complete(new HoldLoss(HoldLoss.Reason.KEY_DELETED, what)));
    } else if (ticket.phase == Phase.WAITING) {
      effects.add(() -> ticket.granted.completeExceptionally(new KeyDeletedException(what, null)));
    } else {
      return;
    }
    effects.add(ticket.session::checkNow);
    abandon(ticket, effects);
    if (ticket.companion.isPresent()) {
      effects.add(() -> line.sendLeave(ticket, Successors.NOBODY));
    }
  }

  /** A request for the ticket ended in a way that no repetition cures. */
  void fail(Ticket ticket, CoordException cause, List<Runnable> effects) {
    effects.add(() -> ticket.granted.completeExceptionally(cause));
    switch (ticket.phase) {
      case JOINING -> abandon(ticket, effects);
      case WAITING -> beginLeave(ticket, effects);
      case LEAVING -> {
        gone(ticket, effects);
        effects.add(() -> ticket.left.completeExceptionally(cause));
      }
      case HELD, GONE -> {}
    }
  }

  /** The line cannot be watched or read any more: nobody who waits can ever be granted. */
  void unreadable(CoordException cause, List<Runnable> effects) {
    for (Ticket ticket : List.copyOf(tickets.values())) {
      if (ticket.phase == Phase.WAITING) {
        effects.add(() -> ticket.granted.completeExceptionally(cause));
        beginLeave(ticket, effects);
      }
    }
  }

  /** The ticket is over here; if its key is still in etcd, it goes with the lease. */
  void abandon(Ticket ticket, List<Runnable> effects) {
    gone(ticket, effects);
    effects.add(() -> ticket.left.complete(Departure.HAD_BEEN_LOST));
  }

  private void gone(Ticket ticket, List<Runnable> effects) {
    setPhase(ticket, Phase.GONE);
    turns.departed(ticket);
    tickets.remove(ticket.key, ticket);
    vigil.leaves(ticket);
    effects.add(ticket::ends);
  }

  // Conclusions

  /** Draws what follows from the last change; called after each. */
  void settle(List<Runnable> effects) {
    watch.sync();
    for (Entry entry : view.takeRemoved()) {
      Ticket ticket = tickets.get(entry.key());
      if (ticket != null && ticket.entry.equals(Optional.of(entry))) {
        keyDeleted(ticket, effects);
      }
    }
    if (turns.isWaitedFor()) {
      turns.grant(effects);
    }
    if (turns.isWaitedFor()) {
      vigil.waitedFor(effects);
    }
  }

  /** Time has passed. */
  void tick(List<Runnable> effects) {
    vigil.tick(Set.copyOf(tickets.values()), effects);
  }

  private void setPhase(Ticket ticket, Phase phase) {
    if (ticket.phase == Phase.WAITING) {
      turns.waitsNoMore(ticket);
    }
    ticket.phase = phase;
  }

  private static CancellationException leftBeforeGrant(Ticket ticket) {
    return new CancellationException(ticket + " was left before it was granted");
  }
}
