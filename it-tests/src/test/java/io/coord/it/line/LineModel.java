package io.coord.it.line;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Clients that join one line, hold and leave at random, and the rules that must hold whatever
 * happens to them:
 *
 * <ul>
 *   <li>a grant names a revision at which its key was there and everyone before it was gone;
 *   <li>no two hold at once, unless strangers delete keys and revoke leases;
 *   <li>the create revisions of grants rise with the revisions that they name; and also with the
 *       time at which they are told, unless strangers meddle: one whose key was just deleted by
 *       hand may be told of a grant that was true before;
 *   <li>at the end, when all have left, no key is left.
 * </ul>
 */
final class LineModel {

  static final Bytes PREFIX = Bytes.utf8("line/");
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(60);

  /** Whether anybody but the workers touches the line. */
  enum Strangers {
    KEEP_OUT,
    MEDDLE
  }

  private final SimulatedEtcd etcd;
  private final Strangers strangers;
  private final Bytes prefix;
  private final Map<Bytes, Entry> present = new HashMap<>();
  private final Map<Entry, Long> deleted = new HashMap<>();
  private final SplittableRandom random;
  private final int rounds;
  private final List<Ticket> told = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Actor> actors = new ArrayList<>();
  private final NavigableMap<Long, Long> tokens = new TreeMap<>();
  private long lastGranted;
  private int grants;

  LineModel(SimulatedEtcd etcd, Strangers strangers, int rounds) {
    this(etcd, strangers, rounds, PREFIX);
  }

  /** One line of several on one etcd: {@link #runAll}. */
  LineModel(SimulatedEtcd etcd, Strangers strangers, int rounds, Bytes prefix) {
    this.prefix = prefix;
    this.etcd = etcd;
    this.strangers = strangers;
    etcd.onCommit(events -> events.forEach(this::committed));
    this.random = new SplittableRandom(etcd.seed() + prefix.hashCode());
    this.rounds = rounds;
  }

  /** Adds a connection with so many workers, each with a session of its own. */
  LineModel client(String name, int workers) {
    return client(etcd.coord(name), workers);
  }

  /** Adds workers to a connection. */
  LineModel client(Coord coord, int workers) {
    for (int i = 0; i < workers; i++) {
      actors.add(new Actor(CoordRuntime.of(coord)));
    }
    return this;
  }

  /** Runs until every worker has done its rounds, and checks what is left. */
  int run() {
    runAll(etcd, List.of(this));
    return grants;
  }

  /** Runs several lines beside each other, until all of their workers have done their rounds. */
  static void runAll(SimulatedEtcd etcd, List<LineModel> lines) {
    lines.forEach(line -> line.actors.forEach(Actor::begin));
    boolean ended = etcd.run(() -> lines.stream().allMatch(LineModel::isOver), LIMIT);
    lines.forEach(LineModel::requireNoViolation);
    if (!ended) {
      throw new AssertionError("not all workers finished within " + LIMIT + " of virtual time");
    }
    etcd.faults().calm();
    etcd.runFor(TTL.multipliedBy(6));
    lines.forEach(LineModel::requireNoKey);
  }

  private boolean isOver() {
    return !violations.isEmpty() || actors.stream().allMatch(actor -> actor.done);
  }

  private void requireNoViolation() {
    if (!violations.isEmpty()) {
      throw new AssertionError(violations.get(0));
    }
  }

  private void requireNoKey() {
    if (!etcd.keys(KeyRange.prefix(prefix)).isEmpty()) {
      throw new AssertionError("keys are left: " + etcd.keys(KeyRange.prefix(prefix)));
    }
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
          }
        }
        case DELETE -> deleted.put(present.remove(key), event.kv().modRevision());
      }
    }
  }

  /** What etcd's own history says of the grant. */
  private void checkAgainstHistory(Grant grant) {
    long revision = grant.revision();
    Entry own = grant.entry();
    if (own.createRevision() > revision || deleted.getOrDefault(own, 0L) <= revision) {
      violated(grant + " was given, but its key was not there");
    }
    deleted.forEach(
        (entry, deletedAt) -> {
          if (entry.createRevision() < own.createRevision() && deletedAt > revision) {
            violated(grant + " was given, but " + entry + " was there before it");
          }
        });
  }

  private void violated(String rule) {
    violations.add(rule);
  }

  private void granted(Ticket ticket, Grant grant) {
    grants++;
    for (Ticket other : told) {
      if (strangers == Strangers.KEEP_OUT && other != ticket && other.isHeld()) {
        violated(ticket + " was granted while " + other + " holds");
      }
    }
    told.removeIf(other -> !other.isHeld());
    told.add(ticket);
    long token = grant.entry().createRevision();
    if (strangers == Strangers.KEEP_OUT && token <= lastGranted) {
      violated(grant + " was given after revision " + lastGranted + " had been granted");
    }
    lastGranted = token;
    tokens.put(grant.revision(), token);
    if (tokens.headMap(grant.revision()).values().stream().anyMatch(earlier -> earlier >= token)
        || tokens.tailMap(grant.revision(), false).values().stream()
            .anyMatch(later -> later <= token)) {
      violated(grant + " does not fit into the order of tokens " + tokens);
    }
  }

  /**
   * One worker: opens a session, then joins, holds and leaves; again with a new one if it is lost.
   */
  private final class Actor {

    private final CoordRuntime coord;
    private final Scheduler scheduler;
    private int round;
    private boolean done;

    Actor(CoordRuntime coord) {
      this.coord = coord;
      this.scheduler = coord.store().scheduler();
    }

    void begin() {
      scheduler.schedule(millis(50), this::openSession);
    }

    private void openSession() {
      Futures.onDone(
          coord.sessions().open(TTL),
          session -> join((LeaseSession) session),
          failure -> scheduler.schedule(millis(500), this::openSession));
    }

    private void join(Session session) {
      if (round++ == rounds) {
        Futures.onDone(session.closeAsync(), ignored -> done = true, failure -> done = true);
        return;
      }
      LeaseSession under = (LeaseSession) session;
      Ticket ticket = coord.lines().join(prefix, Admission.FIRST, prefix, under, Bytes.EMPTY);
      if (random.nextInt(4) == 0) {
        scheduler.schedule(millis(40), ticket::leave);
      }
      Futures.onDone(
          ticket.granted(),
          grant -> {
            checkAgainstHistory(grant);
            if (ticket.isHeld()) {
              granted(ticket, grant);
            }
            scheduler.schedule(millis(20), () -> leave(ticket, under));
          },
          failure -> leave(ticket, under));
    }

    private void leave(Ticket ticket, LeaseSession session) {
      Futures.onDone(ticket.leave(), left -> next(session), failure -> next(session));
    }

    private void next(LeaseSession session) {
      Duration pause = millis(20);
      if (session.ended().isPresent()) {
        scheduler.schedule(pause, this::openSession);
      } else if (random.nextInt(20) == 0) {
        session.closeAsync();
        scheduler.schedule(pause, this::openSession);
      } else {
        scheduler.schedule(pause, () -> join(session));
      }
    }

    private Duration millis(int bound) {
      return Duration.ofNanos(random.nextLong(bound * 1_000_000L));
    }
  }
}
