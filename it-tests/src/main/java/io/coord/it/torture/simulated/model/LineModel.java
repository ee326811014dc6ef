package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that join one line, hold and leave at random, and the rules that must hold whatever
 * happens to them:
 *
 * <ul>
 *   <li>a grant names a revision at which its key was there, and everyone before it was gone or had
 *       been let go by the same process; in that case its key was there a moment before;
 *   <li>no two hold at once, unless strangers delete keys and revoke leases;
 *   <li>the create revisions of grants rise with the revisions that they name, where everyone
 *       before them was gone; and always with the time at which they are told, unless strangers
 *       meddle: one whose key was just deleted by hand may be told of a grant that was true before;
 *   <li>at the end, when all have left, no key is left.
 * </ul>
 */
public final class LineModel implements Model {

  /** What the keys of the line begin with. */
  public static final Bytes PREFIX = Bytes.utf8("line/");

  /** How long the key of one that takes over at once may have gone unseen. */
  private static final Duration LONGEST_UNSEEN = Duration.ofMillis(20);

  private final SimulatedEtcd etcd;
  private final Strangers strangers;
  private final Bytes prefix;
  private final Map<Bytes, Entry> present = new HashMap<>();
  private final Map<Entry, Long> deleted = new HashMap<>();
  private final Map<Entry, Duration> timesOfDeletion = new HashMap<>();

  /** Keys of those who leave and may be taken over at once, by process; and what they stood for. */
  private final Map<Bytes, CoordRuntime> leaving = new HashMap<>();

  private final Map<Entry, CoordRuntime> letGo = new HashMap<>();
  private final Referee referee;
  private final int rounds;
  private final List<Ticket> told = new ArrayList<>();
  private final List<Actor> actors = new ArrayList<>();
  private final NavigableMap<Long, Long> tokens = new TreeMap<>();
  private long lastGranted;
  private int grants;

  /** A line with so many workers. */
  public LineModel(SimulatedEtcd etcd, Scale scale, Strangers strangers) {
    this(etcd, new Referee(etcd), strangers, scale.rounds(), PREFIX);
    for (Worker worker : scale.workers(etcd, referee)) {
      add(worker);
    }
  }

  /** One of several lines beside each other, without workers so far. */
  LineModel(SimulatedEtcd etcd, Referee referee, Strangers strangers, int rounds, Bytes prefix) {
    this.etcd = etcd;
    this.strangers = strangers;
    this.prefix = prefix;
    this.referee = referee;
    this.rounds = rounds;
    etcd.onCommit(events -> events.forEach(this::committed));
  }

  void add(Worker worker) {
    actors.add(new Actor(worker));
  }

  @Override
  public int run() {
    begin();
    referee.until(this::isOver, () -> "not all workers finished");
    referee.calm(Worker.TTL.multipliedBy(6));
    return end();
  }

  void begin() {
    actors.forEach(Actor::begin);
  }

  boolean isOver() {
    return actors.stream().allMatch(actor -> actor.done);
  }

  /** Checks what is left; gives the number of grants. */
  int end() {
    referee.nothingLeft(etcd.keys(KeyRange.prefix(prefix)));
    return grants;
  }

  private void committed(WatchEvent event) {
    Bytes key = event.kv().key();
    if (key.startsWith(prefix)) {
      switch (event.type()) {
        case PUT -> {
          if (event.kv().version() == 1) {
            Entry entry = new Entry(key, event.kv().createRevision());
            present.put(key, entry);
            deleted.put(entry, Long.MAX_VALUE);
            noteLetGo(entry);
          }
        }
        case DELETE -> {
          Entry entry = present.remove(key);
          deleted.put(entry, event.kv().modRevision());
          timesOfDeletion.put(entry, etcd.now());
        }
      }
    }
  }

  private void noteLetGo(Entry entry) {
    CoordRuntime process = leaving.get(entry.key());
    if (process != null) {
      letGo.put(entry, process);
    }
  }

  /** What etcd's own history says of the grant; true when everyone before it was gone. */
  private boolean checkAgainstHistory(Grant grant, CoordRuntime process) {
    long revision = grant.revision();
    Entry own = grant.entry();
    if (own.createRevision() > revision || deleted.getOrDefault(own, 0L) <= revision) {
      referee.broken(Rule.CHECKED_GRANT, grant + " was given, but its key was not there");
    }
    List<Entry> before =
        deleted.entrySet().stream()
            .filter(gone -> gone.getKey().createRevision() < own.createRevision())
            .filter(gone -> gone.getValue() > revision)
            .map(Map.Entry::getKey)
            .toList();
    for (Entry entry : before) {
      referee.check(
          process.equals(letGo.get(entry)),
          Rule.CHECKED_GRANT,
          () -> grant + " was given, but " + entry + " was there before it");
    }
    if (!before.isEmpty()) {
      checkThatKeyWasSeen(grant);
    }
    return before.isEmpty();
  }

  private void checkThatKeyWasSeen(Grant grant) {
    Duration now = etcd.now();
    Duration gone = timesOfDeletion.getOrDefault(grant.entry(), now);
    referee.check(
        now.minus(gone).compareTo(LONGEST_UNSEEN) <= 0,
        Rule.CHECKED_GRANT,
        () -> grant + " was given, but its key was gone since " + gone);
  }

  private void granted(Ticket ticket, Grant grant) {
    grants++;
    for (Ticket other : told) {
      if (strangers == Strangers.KEEP_OUT && other != ticket && other.isHeld()) {
        referee.broken(Rule.EXCLUSION, ticket + " was granted while " + other + " holds");
      }
    }
    told.removeIf(other -> !other.isHeld());
    told.add(ticket);
    long token = grant.entry().createRevision();
    if (strangers == Strangers.KEEP_OUT && token <= lastGranted) {
      referee.broken(
          Rule.ORDER, grant + " was given after revision " + lastGranted + " had been granted");
    }
    lastGranted = token;
  }

  private void checkOrder(Grant grant) {
    long token = grant.entry().createRevision();
    tokens.put(grant.revision(), token);
    if (tokens.headMap(grant.revision()).values().stream().anyMatch(earlier -> earlier >= token)
        || tokens.tailMap(grant.revision(), false).values().stream()
            .anyMatch(later -> later <= token)) {
      referee.broken(Rule.ORDER, grant + " does not fit into the order of tokens " + tokens);
    }
  }

  /**
   * One worker: opens a session, then joins, holds and leaves; again with a new one if it is lost.
   */
  private final class Actor {

    private final Worker worker;
    private final CoordRuntime coord;
    private int round;
    private boolean done;

    Actor(Worker worker) {
      this.worker = worker;
      this.coord = CoordRuntime.of(worker.coord());
    }

    void begin() {
      worker.after(50, () -> worker.openSession(this::join));
    }

    private void join(Session session) {
      if (round++ == rounds) {
        referee.then(session.closeAsync(), ignored -> done = true, failure -> done = true);
        return;
      }
      LeaseSession under = LeaseSession.of(session);
      Handover handover = referee.onceIn(3) ? Handover.ONCE_GONE : Handover.AT_ONCE;
      Ticket ticket =
          coord.lines().join(prefix, Admission.FIRST, prefix, under, Bytes.EMPTY, handover);
      leaving.remove(ticket.key());
      worker.note("joins", ticket);
      if (referee.onceIn(4)) {
        worker.after(40, () -> referee.then(depart(ticket, handover), left -> {}, failure -> {}));
      }
      referee.then(
          ticket.granted(),
          grant -> {
            worker.note("is granted", grant);
            boolean allGone = checkAgainstHistory(grant, coord);
            if (ticket.isHeld()) {
              granted(ticket, grant);
              if (allGone) {
                checkOrder(grant);
              }
            }
            worker.after(20, () -> leave(ticket, handover, under));
          },
          failure -> leave(ticket, handover, under));
    }

    private void leave(Ticket ticket, Handover handover, LeaseSession session) {
      worker.note("leaves", ticket);
      referee.then(depart(ticket, handover), left -> next(session), failure -> next(session));
    }

    private CompletableFuture<Departure> depart(Ticket ticket, Handover handover) {
      if (handover == Handover.AT_ONCE) {
        leaving.put(ticket.key(), coord);
        Entry entry = present.get(ticket.key());
        if (entry != null) {
          letGo.put(entry, coord);
        }
      }
      return ticket.leave();
    }

    private void next(LeaseSession session) {
      if (session.ended().isPresent()) {
        worker.after(20, this::begin);
      } else if (referee.onceIn(20)) {
        referee.then(session.closeAsync(), closed -> {}, failure -> {});
        worker.after(20, this::begin);
      } else {
        worker.after(20, () -> join(session));
      }
    }
  }
}
