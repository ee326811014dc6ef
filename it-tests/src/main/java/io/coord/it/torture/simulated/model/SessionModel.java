package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sessions, each with a key under its lease, that are opened, kept, closed and orphaned: none is
 * active when its key is gone; in the end no key and no lease is left.
 */
public final class SessionModel implements Model {

  private static final String PREFIX = "session/";
  private static final int SHORTEST_TTL = 2;
  private static final int TTLS = 6;
  private static final int LONGEST_STAY = 20_000;

  private final SimulatedEtcd etcd;
  private final Referee referee;
  private final int rounds;
  private final List<Owner> owners = new ArrayList<>();
  private final List<Session> opened = new ArrayList<>();

  /** So many workers, each with one session at a time. */
  public SessionModel(SimulatedEtcd etcd, Scale scale) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    this.rounds = scale.rounds();
    etcd.onCommit(this::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      owners.add(new Owner(worker));
    }
  }

  @Override
  public int run() {
    owners.forEach(Owner::begin);
    referee.until(
        () -> owners.stream().allMatch(owner -> owner.done), () -> "not all owners finished");
    referee.calm(Worker.TTL.multipliedBy(6));
    referee.nothingLeft(etcd.keys(KeyRange.prefix(Bytes.utf8(PREFIX))));
    referee.nothingLeft(etcd.leases());
    return opened.size();
  }

  private void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event.type() == WatchEvent.Type.DELETE) {
        for (Session session : opened) {
          referee.check(
              !session.isActive() || !event.kv().key().equals(keyOf(session)),
              Rule.LOST_IN_TIME,
              () -> session + " is active, but its lease is gone");
        }
      }
    }
  }

  private static Bytes keyOf(Session session) {
    return Bytes.utf8(PREFIX + Long.toHexString(LeaseSession.of(session).lease()));
  }

  /** One who has a session at a time. */
  private final class Owner {

    private final Worker worker;
    private int round;
    private boolean done;

    Owner(Worker worker) {
      this.worker = worker;
    }

    void begin() {
      if (round++ == rounds) {
        done = true;
      } else {
        worker.openSession(someTtl(), this::use);
      }
    }

    /** The shorter, the more keep-alives, and the less time to say that it is lost. */
    private Duration someTtl() {
      return Duration.ofSeconds(SHORTEST_TTL + referee.random().nextInt(TTLS));
    }

    private void use(Session session) {
      worker.note("has", keyOf(session));
      opened.add(session);
      TxnRequest put =
          TxnRequest.of(Op.put(keyOf(session), Bytes.EMPTY, LeaseSession.of(session).lease()));
      referee.then(CoordRuntime.of(worker.coord()).store().txn(put), answer -> {}, failure -> {});
      worker.after(LONGEST_STAY, () -> end(session));
    }

    private void end(Session session) {
      worker.note("ends", keyOf(session));
      if (referee.onceIn(3)) {
        session.orphan();
        worker.after(Duration.ZERO, this::begin);
      } else {
        referee.then(
            session.closeAsync(),
            closed -> worker.after(Duration.ZERO, this::begin),
            failure -> referee.broken(Rule.NAMED_FAILURES, "a close failed: " + failure));
      }
    }
  }
}
