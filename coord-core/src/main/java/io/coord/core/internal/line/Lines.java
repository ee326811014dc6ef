package io.coord.core.internal.line;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lines of one connection: one for each prefix and rule that is in use. Ticks while there are
 * any; a line that has been idle for some seconds is let go, and its watch with it.
 */
public final class Lines {

  private static final Duration TICK = Duration.ofMillis(250);

  /** What makes two callers share a line. */
  private record Identity(Bytes prefix, Admission admission) {}

  private final String coordName;
  private final Store store;
  private final GroupCommit commits;
  private final Scheduler scheduler;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Identity, Line> lines = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean ticking;

  /** No lines yet; they end with the store. */
  public Lines(String coordName, Store store) {
    this.coordName = coordName;
    this.store = store;
    this.commits = new GroupCommit(store);
    this.scheduler = store.scheduler();
  }

  /**
   * Joins a line at its end.
   *
   * @param prefix what all keys of the line begin with; ends in a slash
   * @param admission who may hold at once
   * @param under what the ticket's own key begins with: the prefix, or a part of the line below it
   * @param value what the key holds
   */
  public Ticket join(
      Bytes prefix,
      Admission admission,
      Bytes under,
      LeaseSession session,
      Bytes value,
      Handover handover) {
    Place place = Place.named(session.takeKeyName(), under, value, handover);
    return enter(new Identity(prefix, admission), session, place);
  }

  /**
   * Joins a line at its end; the transaction that does so carries out another besides, at the same
   * revision, if that one's conditions hold in the state before.
   *
   * @param prefix what all keys of the line begin with; ends in a slash
   * @param admission who may hold at once
   * @param under what the ticket's own key begins with: the prefix, or a part of the line below it
   * @param value what the key holds
   * @param rider the other one; it may be tried again, until the ticket has joined
   */
  public Ticket joinWithRider(
      Bytes prefix,
      Admission admission,
      Bytes under,
      LeaseSession session,
      Bytes value,
      TxnRequest rider) {
    Place place =
        Place.named(session.takeKeyName(), under, value, Handover.ONCE_GONE).withRider(rider);
    return enter(new Identity(prefix, admission), session, place);
  }

  /**
   * Joins a line at its end with two keys of one name and one create revision. Leaving deletes
   * both, or all but the companion: {@link Ticket#leaveCompanionBehind}.
   *
   * @param prefix what all keys of the line begin with; ends in a slash
   * @param admission who may hold at once
   * @param under what the ticket's own key begins with: a part of the line below the prefix
   * @param companionUnder what its companion begins with: another part
   * @param value what both keys hold
   */
  public Ticket joinWithCompanion(
      Bytes prefix,
      Admission admission,
      Bytes under,
      Bytes companionUnder,
      LeaseSession session,
      Bytes value) {
    Place place =
        Place.named(session.takeKeyName(), under, value, Handover.AT_ONCE)
            .withCompanion(companionUnder);
    return enter(new Identity(prefix, admission), session, place);
  }

  /**
   * Takes up a place that exists under the lease of this session: put by an earlier process, or
   * left behind as a companion. The ticket's grant fails with {@link
   * io.coord.core.KeyDeletedException} when there is no such place.
   *
   * @param prefix what all keys of the line begin with; ends in a slash
   * @param admission who may hold at once
   * @param place the key and its create revision
   */
  public Ticket resume(Bytes prefix, Admission admission, LeaseSession session, Entry place) {
    return enter(new Identity(prefix, admission), session, Place.resumed(place));
  }

  private Ticket enter(Identity identity, LeaseSession session, Place place) {
    while (true) {
      Line line = line(identity);
      Ticket ticket = new Ticket(line, session, place);
      if (line.join(ticket)) {
        return ticket;
      }
    }
  }

  private Line line(Identity identity) {
    lock.lock();
    try {
      if (!ticking) {
        ticking = true;
        scheduler.schedule(TICK, this::tick);
      }
      return lines.computeIfAbsent(
          identity, id -> new Line(coordName, store, commits, id.prefix(), id.admission()));
    } finally {
      lock.unlock();
    }
  }

  private void tick() {
    List<Map.Entry<Identity, Line>> present;
    lock.lock();
    try {
      present = List.copyOf(lines.entrySet());
    } finally {
      lock.unlock();
    }
    for (Map.Entry<Identity, Line> entry : present) {
      if (entry.getValue().tick()) {
        forget(entry.getKey(), entry.getValue());
      }
    }
    lock.lock();
    try {
      ticking = !lines.isEmpty();
      if (ticking) {
        scheduler.schedule(TICK, this::tick);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(Identity identity, Line line) {
    lock.lock();
    try {
      lines.remove(identity, line);
    } finally {
      lock.unlock();
    }
  }
}
