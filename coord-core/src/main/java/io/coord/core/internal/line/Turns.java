package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.line.LineRequests.Glance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/*
 * Whose turn it is.
 *
 * Invariants
 *  - waiting: our tickets in phase WAITING, by their keys.
 *  - unplaced: those of them that want to know whether anybody is before them, and do not yet.
 *  - departing: keys of ours whose deletion is under way.
 *  - joining: those of us whose keys are being put, in the order in which that was sent.
 *  - readers: those of ours who are leaving with a transaction that reads who is next.
 *
 * A ticket is granted if it is among the admitted head of the view, everyone before it is known (the
 * view covers its create revision), and its own key was seen no earlier than the last of those before
 * it went. If only the latter is missing, its key is read once more; if the line before it is not
 * known, the line is read. What departs counts until etcd says that it is gone, with one exception:
 * what was let go (LetGo says why, and who may follow). This is the only place where anything is
 * granted. The guess who will be next takes all departures for done; a wrong guess costs a read.
 */

/** Decides which of our waiting tickets hold now, and which will be next. Guarded by its line. */
final class Turns {

  private static final int MOST_JOINING_READ = 4;

  /** So many of ours further on are looked at; turns of theirs take longer than an answer. */
  private static final int LOOK_AHEAD = 8;

  private static final int READ_AHEAD = 16;

  private final Line line;
  private final Admission admission;
  private final LineView view;
  private final LineWatch watch;
  private final Map<Bytes, Ticket> waiting = new HashMap<>();
  private final Set<Ticket> unplaced = new LinkedHashSet<>();
  private final Set<Bytes> departing = new HashSet<>();
  private final Set<Ticket> readers = new HashSet<>();
  private final LetGo letGo;
  private final Set<Ticket> joining = new LinkedHashSet<>();

  Turns(Line line, Admission admission, LineView view, LineWatch watch, LetGo letGo) {
    this.line = line;
    this.admission = admission;
    this.view = view;
    this.watch = watch;
    this.letGo = letGo;
  }

  boolean isWaitedFor() {
    return !waiting.isEmpty();
  }

  /** The ticket's key is being put. */
  void joins(Ticket ticket) {
    joining.add(ticket);
  }

  /** The ticket's key is in etcd; from now on it is granted when its turn comes. */
  void waits(Ticket ticket) {
    joining.remove(ticket);
    waiting.put(ticket.key, ticket);
    if (ticket.placeAsked) {
      unplaced.add(ticket);
    }
  }

  /** Whether anybody is before a ticket that waits is to be told as soon as it is known. */
  void asksPlace(Ticket ticket) {
    unplaced.add(ticket);
  }

  void waitsNoMore(Ticket ticket) {
    waiting.remove(ticket.key, ticket);
    unplaced.remove(ticket);
  }

  /** The ticket's keys are about to be deleted. */
  void departs(Ticket ticket) {
    departing.addAll(ticket.keysToDelete());
    letGo.departs(ticket);
  }

  boolean hasLetGo(Bytes key) {
    return letGo.contains(key);
  }

  void departed(Ticket ticket) {
    joining.remove(ticket);
    readers.remove(ticket);
    departing.remove(ticket.key);
    ticket.companion.ifPresent(departing::remove);
    letGo.departed(ticket);
  }

  /** An answer showed the entry; its request was sent at this time. */
  void seen(Entry entry, long sentAt) {
    waitingAs(entry).ifPresent(ticket -> ticket.seen(sentAt));
  }

  /**
   * Those of us whose keys the departure is to read: who wait now and will be admitted once all who
   * depart are gone, unless they take over at once. Where nobody at all would be, those who are
   * joining: they may be in line when the first one leaves, and then need no read of their own.
   */
  Successors successors(Ticket leaver) {
    if (admission.admitsEverybody() || (waiting.isEmpty() && joining.isEmpty())) {
      return Successors.NOBODY;
    }
    Successors next = chooseSuccessors();
    if (!next.isNobody()) {
      readers.add(leaver);
    }
    return next;
  }

  private Successors chooseSuccessors() {
    Iterable<Entry> staying = without(departing);
    if (!staying.iterator().hasNext()) {
      return joiningSoon();
    }
    List<Ticket> next = new ArrayList<>();
    int left = admission.admitted(staying);
    for (Entry entry : staying) {
      if (left-- <= 0) {
        break;
      }
      if (!view.knowsAllBefore(entry)) {
        return Successors.UNKNOWN;
      }
      waitingAs(entry).ifPresent(next::add);
    }
    return takeOverAtOnce(next) ? laterOnes(staying) : Successors.of(next);
  }

  /** Whether those who are next need no answer of this departure. */
  private boolean takeOverAtOnce(List<Ticket> next) {
    return allLetGo() && !next.isEmpty() && next.stream().allMatch(letGo::mayBeFollowedBy);
  }

  private boolean allLetGo() {
    return letGo.keys().size() == departing.size();
  }

  /**
   * Those of us whose turn comes soon, if one of them could not take over at once as it is: a
   * departure that is under way sees them in time. One at a time is enough.
   */
  private Successors laterOnes(Iterable<Entry> staying) {
    if (!readers.isEmpty()) {
      return Successors.NOBODY;
    }
    List<Ticket> soon = new ArrayList<>();
    for (Entry entry : staying) {
      Optional<Ticket> ticket = waitingAs(entry);
      if (ticket.isPresent() && !view.knowsAllBefore(entry)) {
        return soon.size() < LOOK_AHEAD ? Successors.UNKNOWN : Successors.NOBODY;
      }
      ticket.ifPresent(soon::add);
      if (soon.size() == READ_AHEAD) {
        break;
      }
    }
    boolean allReady = soon.stream().limit(LOOK_AHEAD).allMatch(letGo::mayBeFollowedBy);
    return allReady ? Successors.NOBODY : Successors.of(soon);
  }

  private Successors joiningSoon() {
    boolean eachReadsTheLine = joining.stream().allMatch(ticket -> ticket.glance == Glance.LINE);
    if (!eachReadsTheLine) {
      return Successors.UNKNOWN;
    }
    List<Ticket> first = joining.stream().limit(MOST_JOINING_READ).toList();
    boolean atOnce = first.stream().allMatch(ticket -> ticket.handover == Handover.AT_ONCE);
    return allLetGo() && atOnce ? Successors.NOBODY : Successors.of(first);
  }

  /** What a ticket's join is to read besides. */
  Glance glanceOf(Ticket ticket) {
    boolean nothing =
        admission.admitsEverybody()
            ? !view.remembersManyDeletions()
            : isAnyoneSureToWait() && !ticket.placeAsked;
    return nothing ? Glance.NOTHING : Glance.LINE;
  }

  /** Whether one of us will wait still when all who depart are gone. */
  private boolean isAnyoneSureToWait() {
    if (waiting.isEmpty()) {
      return false;
    }
    Iterable<Entry> staying = without(departing);
    int left = admission.admitted(staying);
    for (Entry entry : staying) {
      if (left-- <= 0 && waitingAs(entry).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** The line without some keys; a view, as long as nothing changes. */
  private Iterable<Entry> without(Set<Bytes> keys) {
    return keys.isEmpty() ? view.entries() : () -> iterateWithout(keys);
  }

  private Iterator<Entry> iterateWithout(Set<Bytes> keys) {
    return StreamSupport.stream(view.entries().spliterator(), false)
        .filter(entry -> !keys.contains(entry.key()))
        .iterator();
  }

  /** Grants what follows from the view. */
  void grant(List<Runnable> effects) {
    int left = admission.admitted(view.entries());
    for (Entry entry : view.entries()) {
      if (left-- <= 0) {
        break;
      }
      if (!admission.admitsEverybody() && !view.knowsAllBefore(entry)) {
        watch.read(effects);
        break;
      }
      waitingAs(entry).ifPresent(ticket -> grantOrCheck(ticket, entry, effects));
    }
    if (!letGo.keys().isEmpty()) {
      grantAtOnce(effects);
    }
    tellWhoMustWait(effects);
  }

  private void grantAtOnce(List<Runnable> effects) {
    Iterable<Entry> staying = without(letGo.keys());
    int left = admission.admitted(staying);
    for (Entry entry : staying) {
      if (left-- <= 0 || !view.knowsAllBefore(entry)) {
        break;
      }
      waitingAs(entry).ifPresent(ticket -> grantIfReady(ticket, entry, effects));
    }
  }

  private boolean grantIfReady(Ticket ticket, Entry entry, List<Runnable> effects) {
    long seenAt = letGo.mayBeFollowedBy(ticket) ? view.seenSinceOthersWent(entry) : 0;
    if (seenAt > 0) {
      grant(ticket, entry, seenAt, effects);
    }
    return seenAt > 0;
  }

  private void grant(Ticket ticket, Entry entry, long revision, List<Runnable> effects) {
    waitsNoMore(ticket);
    ticket.phase = Ticket.Phase.HELD;
    effects.add(() -> tell(ticket, new Grant(entry, revision)));
  }

  /** An answer may be older than it looks: the process may have been stopped on its way here. */
  private static void tell(Ticket ticket, Grant grant) {
    ticket
        .session
        .ended()
        .ifPresentOrElse(
            ticket.granted::completeExceptionally, () -> ticket.granted.complete(grant));
  }

  private void grantOrCheck(Ticket ticket, Entry entry, List<Runnable> effects) {
    long checkedAt = view.checkedAt(entry);
    if (checkedAt > 0) {
      grant(ticket, entry, checkedAt, effects);
    } else if (!grantIfReady(ticket, entry, effects) && !ticket.checkUnderWay) {
      ticket.checkUnderWay = true;
      effects.add(() -> line.sendCheck(ticket));
    }
  }

  private void tellWhoMustWait(List<Runnable> effects) {
    if (unplaced.isEmpty()) {
      return;
    }
    if (unplaced.stream().anyMatch(ticket -> !view.knowsAllBefore(ticket.entry.orElseThrow()))) {
      watch.read(effects);
    }
    Set<Entry> admitted = new HashSet<>();
    Iterable<Entry> staying = without(letGo.keys());
    int left = admission.admitted(staying);
    for (Entry entry : staying) {
      if (left-- <= 0) {
        break;
      }
      admitted.add(entry);
    }
    unplaced.removeIf(
        ticket -> {
          Entry entry = ticket.entry.orElseThrow();
          boolean behind = view.knowsAllBefore(entry) && !admitted.contains(entry);
          if (behind) {
            effects.add(() -> ticket.mustWait.complete(null));
          }
          return behind;
        });
  }

  /** Our ticket that waits at this place, if there is one. */
  private Optional<Ticket> waitingAs(Entry entry) {
    return Optional.ofNullable(waiting.get(entry.key()))
        .filter(ticket -> ticket.entry.equals(Optional.of(entry)));
  }
}
