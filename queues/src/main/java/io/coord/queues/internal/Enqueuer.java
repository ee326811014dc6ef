package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Relay;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Putting values into one queue, for all callers of this process.
 *
 * Lanes. On each lane one group at a time is under way:
 *
 *   FREE --add--> UNDER WAY --in etcd--> FREE, or UNDER WAY with those who came meanwhile
 *                  |  ^ '--refused, several parcels--> each of them by itself
 *                  |  |--delay over before it came in: the same parcel without a delay
 *                  |  '----not carried out, or other keys needed: the same group again
 *                  '--refused, out of reach, unknown: the group fails
 *
 * A caller that does not wait for one value before it gives the next one goes in line: on the first
 * lane, behind all who are there. So its values are in the queue in its order. A caller that waits has
 * one value under way and nothing that it could overtake, so it goes on any other lane that is free:
 * who comes while all are taken shares the next group, and so do those who were answered together: see
 * Gathering. Etcd may apply the groups of different lanes in
 * either order. That concerns nobody, but for two, and they are looked after:
 *  - who gave values without waiting, and then gives one and waits for it. While anybody is in line,
 *    everybody goes in line.
 *  - who stopped waiting (it was interrupted) and gives the next value while the one before is still
 *    under way. While anybody under way has been abandoned, no other group is sent, on any lane.
 * Where keys are numbered (Sequences) there is only the first lane. The keys of each lane are of a
 * series of their own, in the order of their revisions; WindowReader relies on it.
 *
 * Lost reply: MarkedTxn tells whether the group is in, and keeps a late copy from putting it again. A
 * group that is sent again is still under way, so what is said above holds for it. Refused: nothing of
 * the group was applied; one value that is too large must not take the others with it, so then each
 * parcel is sent by itself. Standstill: in an outage, what became of a group may be known after
 * minutes only. Those who wait behind it are failed when their time is over and no group has left for a
 * while: they were never sent. A long line that goes on is none. Close: those who wait are told.
 */

/** Puts values into one queue. Safe to share between threads. */
final class Enqueuer {

  /** A group that is to be sent. */
  private record Departure(Lane lane, List<Parcel> group) {

    Departure withoutDelay() {
      return new Departure(lane, group.stream().map(Parcel::withoutDelay).toList());
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Enqueuer.class);

  private static final Duration STANDSTILL = Duration.ofSeconds(5);

  private final String label;
  private final Store store;
  private final Markers markers;
  private final Relay relay;
  private final Gathering.Gate gate;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those who go in line. */
  @GuardedBy("lock")
  private final Deque<Parcel> line = new ArrayDeque<>();

  /** Those who go on whatever lane is free next. */
  @GuardedBy("lock")
  private final Deque<Parcel> crowd = new ArrayDeque<>();

  /** The first is that of the line; the crowd has the others. */
  @GuardedBy("lock")
  private final List<Lane> lanes = new ArrayList<>();

  /** How many groups have left. */
  @GuardedBy("lock")
  private long departed;

  @GuardedBy("lock")
  private boolean standstillCheckSet;

  @GuardedBy("lock")
  private Optional<ClosedException> closed = Optional.empty();

  /**
   * Nothing is sent before something is added.
   *
   * @param relay wakes the callers of a group
   * @param gathering decides when a group leaves
   * @param placements one for each lane; with a single one, everybody goes in line
   */
  Enqueuer(
      String label,
      Store store,
      Markers markers,
      Relay relay,
      Gathering gathering,
      List<? extends Placement> placements) {
    this.label = label;
    this.store = store;
    this.markers = markers;
    this.relay = relay;
    this.gate = gathering.gate(this::sendNext);
    for (Placement placement : placements) {
      lanes.add(new Lane(placement, lanes.isEmpty() ? line : crowd));
    }
  }

  void add(Parcel parcel) {
    Optional<ClosedException> refusal;
    List<Departure> departures = List.of();
    List<Runnable> due = List.of();
    Optional<Runnable> standstillCheck = Optional.empty();
    lock.lock();
    try {
      refusal = closed;
      if (refusal.isEmpty()) {
        (goesInLine(parcel) ? line : crowd).addLast(parcel);
        if (parcel.caller() == Parcel.Caller.WAITS) {
          due = gate.came();
        }
        departures = departures();
        standstillCheck = watchForStandstill();
      }
    } finally {
      lock.unlock();
    }
    refusal.ifPresent(cause -> parcel.enqueued().completeExceptionally(cause));
    departures.forEach(this::send);
    due.forEach(Runnable::run);
    standstillCheck.ifPresent(Runnable::run);
  }

  @GuardedBy("lock")
  private boolean goesInLine(Parcel parcel) {
    return parcel.caller() == Parcel.Caller.GOES_ON || lanes.size() == 1 || lanes.get(0).isInUse();
  }

  void close(ClosedException cause) {
    List<Parcel> failing = new ArrayList<>();
    lock.lock();
    try {
      closed = Optional.of(cause);
      lanes.forEach(lane -> failing.addAll(lane.takeOut(parcel -> true)));
    } finally {
      lock.unlock();
    }
    failing.forEach(parcel -> parcel.enqueued().completeExceptionally(cause));
  }

  /** Sends those who wait, on every lane that is free. */
  private void sendNext() {
    List<Departure> departures;
    lock.lock();
    try {
      departures = departures();
    } finally {
      lock.unlock();
    }
    departures.forEach(this::send);
  }

  @GuardedBy("lock")
  private List<Departure> departures() {
    List<Departure> departures = new ArrayList<>(0);
    for (Lane lane : lanes) {
      if (lane.isFree() && lane.isInUse() && isTimeFor(lane) && nobodyIsAbandoned()) {
        List<Parcel> group = lane.depart();
        if (!group.isEmpty()) {
          departed++;
          gate.left(lane.callersUnderWay());
          departures.add(new Departure(lane, group));
        }
      }
    }
    return departures;
  }

  @GuardedBy("lock")
  private boolean nobodyIsAbandoned() {
    return lanes.stream().noneMatch(Lane::isAbandoned);
  }

  /** Whether those who wait for a lane leave now; if not, the gathering asks again. */
  @GuardedBy("lock")
  private boolean isTimeFor(Lane lane) {
    return lane.goesApart() || !gathers(lane) || gate.opens(lane.waiting(), Lane.MOST);
  }

  /** Those who go in line do not wait for an answer, unless there is no other lane. */
  @GuardedBy("lock")
  private boolean gathers(Lane lane) {
    return lanes.size() == 1 || lane != lanes.get(0);
  }

  private void send(Departure departure) {
    Optional<TxnRequest> needed;
    lock.lock();
    try {
      needed = departure.lane().placement().needed(departure.group());
    } finally {
      lock.unlock();
    }
    needed.ifPresentOrElse(
        request ->
            Futures.onDone(
                store.txn(request),
                answer -> check(departure, decider -> decider.read(answer)),
                failure -> failed(departure, failure)),
        () -> place(departure));
  }

  private void place(Departure departure) {
    MarkedWork work;
    try {
      work = placementOf(departure);
    } catch (RefusedException ruledOut) {
      failed(departure, ruledOut);
      return;
    }
    Futures.onDone(
        markers.carryOut(work),
        verdict -> concluded(departure, verdict),
        failure -> failed(departure, failure));
  }

  private MarkedWork placementOf(Departure departure) {
    lock.lock();
    try {
      return departure.lane().placement().place(departure.group());
    } finally {
      lock.unlock();
    }
  }

  private void concluded(Departure departure, Verdict verdict) {
    if (verdict instanceof Verdict.Applied applied) {
      List<Runnable> due;
      lock.lock();
      try {
        departure.lane().placement().placed(applied);
        due = end(departure.lane());
      } finally {
        lock.unlock();
      }
      sendNext();
      due.forEach(Runnable::run);
      relay.gather(
          () ->
              departure.group().forEach(parcel -> parcel.enqueued().complete(applied.revision())));
    } else if (isOverdue(departure.group())) {
      failed(departure, neverCarriedOut());
    } else if (verdict instanceof Verdict.ConditionsNotMet notMet) {
      check(departure, decider -> decider.notPlaced(notMet));
    } else if (verdict instanceof Verdict.LeaseMissing) {
      lookAtDelay(departure);
    } else {
      send(departure);
    }
  }

  /** A delay may be over before its parcel, which goes alone, could come in: then it has none. */
  private void lookAtDelay(Departure departure) {
    OptionalLong delay = departure.group().get(0).terms().delayLease();
    if (delay.isEmpty()) {
      send(departure);
      return;
    }
    Futures.onDone(
        store.leaseStatus(delay.getAsLong()),
        status -> send(status.exists() ? departure : departure.withoutDelay()),
        failure -> failed(departure, failure));
  }

  /** Lets the placement learn something; then the group is sent again, unless that rules it out. */
  private void check(Departure departure, Consumer<Placement> learn) {
    Optional<RefusedException> ruledOut = Optional.empty();
    lock.lock();
    try {
      learn.accept(departure.lane().placement());
    } catch (RefusedException e) {
      ruledOut = Optional.of(e);
    } finally {
      lock.unlock();
    }
    ruledOut.ifPresentOrElse(cause -> failed(departure, cause), () -> send(departure));
  }

  private void failed(Departure departure, Throwable failure) {
    List<Parcel> group = departure.group();
    log.debug("{}: {} parcels were not enqueued", label, group.size(), failure);
    List<Parcel> failing = new ArrayList<>();
    List<Runnable> due;
    lock.lock();
    try {
      due = end(departure.lane());
      if (failure instanceof RefusedException && group.size() > 1 && closed.isEmpty()) {
        departure.lane().tryApart(group);
      } else {
        failing.addAll(group);
        if (failure instanceof UnavailableException) {
          failing.addAll(takeOverdue());
        }
      }
    } finally {
      lock.unlock();
    }
    sendNext();
    due.forEach(Runnable::run);
    failing.forEach(parcel -> parcel.enqueued().completeExceptionally(failure));
  }

  @GuardedBy("lock")
  private List<Runnable> end(Lane lane) {
    int callers = lane.callersUnderWay();
    lane.ended();
    return gate.ended(callers, callers);
  }

  /** They have waited for as long, and would fail one group after the other. */
  @GuardedBy("lock")
  private List<Parcel> takeOverdue() {
    List<Parcel> overdue = new ArrayList<>();
    lanes.forEach(lane -> overdue.addAll(lane.takeOut(parcel -> isOverdue(List.of(parcel)))));
    return overdue;
  }

  /** While anybody waits, it is seen to it that groups go on to leave. */
  @GuardedBy("lock")
  private Optional<Runnable> watchForStandstill() {
    if (standstillCheckSet || lanes.stream().noneMatch(Lane::hasWaiting)) {
      return Optional.empty();
    }
    standstillCheckSet = true;
    long then = departed;
    return Optional.of(() -> store.scheduler().schedule(STANDSTILL, () -> checkStandstill(then)));
  }

  private void checkStandstill(long then) {
    List<Parcel> failing = List.of();
    Optional<Runnable> again;
    lock.lock();
    try {
      standstillCheckSet = false;
      if (departed == then) {
        failing = takeOverdue();
      }
      again = watchForStandstill();
    } finally {
      lock.unlock();
    }
    again.ifPresent(Runnable::run);
    failing.forEach(parcel -> parcel.enqueued().completeExceptionally(neverSent()));
  }

  private boolean isOverdue(List<Parcel> group) {
    long now = store.scheduler().nanoTime();
    return group.stream().allMatch(parcel -> parcel.deadlineNanos() - now <= 0);
  }

  private UnavailableException neverCarriedOut() {
    return new UnavailableException(
        "nothing could be put into queue "
            + label
            + " within the request timeout: others came first each time, or answers were lost;"
            + " nothing had been applied",
        null);
  }

  private UnavailableException neverSent() {
    return new UnavailableException(
        "nothing could be sent to queue "
            + label
            + " within the request timeout: what became of the values before is not known yet",
        null);
  }
}
