package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Putting values into one queue, for all callers of this process.
 *
 *   IDLE --add--> UNDER WAY --in etcd--> IDLE, or UNDER WAY with those who came meanwhile
 *                  |  ^ '--refused, several parcels--> each of them by itself
 *                  |  '----not carried out, or other keys needed: the same group again
 *                  '--refused, out of reach, unknown: the group fails
 *
 * One group is under way at a time. So a producer that does not wait for one value before it gives
 * the next one finds them in the queue in its order; and who comes alone is sent at once, who comes
 * while a group is under way shares the next one.
 *
 * Lost reply: MarkedTxn tells whether the group is in, and keeps a late copy from putting it again.
 * Refused: nothing of the group was applied; one value that is too large must not take the others
 * with it, so then each parcel is sent by itself. Close: those who wait are told.
 */

/** Puts values into one queue. Safe to share between threads. */
final class Enqueuer {

  /** The most values in one transaction: with the marker and the conditions, 128 operations. */
  static final int MOST = 118;

  private static final Logger log = LoggerFactory.getLogger(Enqueuer.class);

  /** etcd's limit of 1.5 MiB, less room for keys and conditions. */
  private static final long MOST_BYTES = (3 << 19) - (1 << 16);

  private final String label;
  private final Store store;
  private final Markers markers;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Placement placement;

  @GuardedBy("lock")
  private final Deque<Parcel> waiting = new ArrayDeque<>();

  /** How many of those who wait go by themselves, because together they were refused. */
  @GuardedBy("lock")
  private int single;

  @GuardedBy("lock")
  private boolean underWay;

  @GuardedBy("lock")
  private Optional<ClosedException> closed = Optional.empty();

  /** Nothing is sent before something is added. */
  Enqueuer(String label, Store store, Markers markers, Placement placement) {
    this.label = label;
    this.store = store;
    this.markers = markers;
    this.placement = placement;
  }

  void add(Parcel parcel) {
    Optional<ClosedException> refusal;
    lock.lock();
    try {
      refusal = closed;
      if (refusal.isEmpty()) {
        waiting.addLast(parcel);
      }
    } finally {
      lock.unlock();
    }
    refusal.ifPresentOrElse(
        cause -> parcel.enqueued().completeExceptionally(cause), this::sendNext);
  }

  void close(ClosedException cause) {
    List<Parcel> failing;
    lock.lock();
    try {
      closed = Optional.of(cause);
      failing = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    failing.forEach(parcel -> parcel.enqueued().completeExceptionally(cause));
  }

  /** Sends those who wait, unless a group is under way. */
  private void sendNext() {
    List<Parcel> group;
    lock.lock();
    try {
      if (underWay) {
        return;
      }
      group = nextGroup();
      underWay = !group.isEmpty();
    } finally {
      lock.unlock();
    }
    if (!group.isEmpty()) {
      send(group);
    }
  }

  /** As many as fit into one transaction; one at least, if any wait. */
  @GuardedBy("lock")
  private List<Parcel> nextGroup() {
    List<Parcel> group = new ArrayList<>();
    long bytes = 0;
    int room = MOST;
    Set<Integer> priorities = new HashSet<>();
    while (!waiting.isEmpty()) {
      Parcel next = waiting.peekFirst();
      if (next.enqueued().isDone()) {
        waiting.pollFirst();
        continue;
      }
      bytes += next.bytes();
      room -= next.values().size();
      room -= priorities.add(next.priority()) ? placement.overheadOfPriority() : 0;
      boolean alone = single > 0 || !next.terms().arePlain();
      if (!group.isEmpty() && (alone || bytes > MOST_BYTES || room < 0)) {
        break;
      }
      group.add(next);
      waiting.pollFirst();
      if (alone) {
        break;
      }
    }
    single = Math.max(0, single - 1);
    return group;
  }

  private void send(List<Parcel> group) {
    Optional<TxnRequest> needed;
    lock.lock();
    try {
      needed = placement.needed(group);
    } finally {
      lock.unlock();
    }
    needed.ifPresentOrElse(
        request ->
            Futures.onDone(
                store.txn(request),
                answer -> check(group, decider -> decider.read(answer)),
                failure -> failed(group, failure)),
        () -> place(group));
  }

  private void place(List<Parcel> group) {
    MarkedWork work;
    try {
      work = placementOf(group);
    } catch (RefusedException ruledOut) {
      failed(group, ruledOut);
      return;
    }
    Futures.onDone(
        markers.carryOut(work),
        verdict -> concluded(group, verdict),
        failure -> failed(group, failure));
  }

  private MarkedWork placementOf(List<Parcel> group) {
    lock.lock();
    try {
      return placement.place(group);
    } finally {
      lock.unlock();
    }
  }

  private void concluded(List<Parcel> group, Verdict verdict) {
    if (verdict instanceof Verdict.Applied applied) {
      lock.lock();
      try {
        placement.placed(applied);
        underWay = false;
      } finally {
        lock.unlock();
      }
      sendNext();
      group.forEach(parcel -> parcel.enqueued().complete(applied.revision()));
    } else if (isOverdue(group)) {
      failed(group, neverCarriedOut());
    } else if (verdict instanceof Verdict.ConditionsNotMet notMet) {
      check(group, decider -> decider.notPlaced(notMet));
    } else {
      send(group);
    }
  }

  /** Lets the placement learn something; then the group is sent again, unless that rules it out. */
  private void check(List<Parcel> group, Consumer<Placement> learn) {
    Optional<RefusedException> ruledOut = Optional.empty();
    lock.lock();
    try {
      learn.accept(placement);
    } catch (RefusedException e) {
      ruledOut = Optional.of(e);
    } finally {
      lock.unlock();
    }
    ruledOut.ifPresentOrElse(cause -> failed(group, cause), () -> send(group));
  }

  private void failed(List<Parcel> group, Throwable failure) {
    log.debug("{}: {} parcels were not enqueued", label, group.size(), failure);
    List<Parcel> failing = new ArrayList<>();
    lock.lock();
    try {
      underWay = false;
      if (failure instanceof RefusedException && group.size() > 1 && closed.isEmpty()) {
        single = group.size();
        for (int i = group.size() - 1; i >= 0; i--) {
          waiting.addFirst(group.get(i));
        }
      } else {
        failing.addAll(group);
        if (failure instanceof UnavailableException) {
          takeOverdue(failing);
        }
      }
    } finally {
      lock.unlock();
    }
    sendNext();
    failing.forEach(parcel -> parcel.enqueued().completeExceptionally(failure));
  }

  /** They have waited for as long, and would fail one group after the other. */
  @GuardedBy("lock")
  private void takeOverdue(List<Parcel> failing) {
    while (!waiting.isEmpty() && isOverdue(List.of(waiting.peekFirst()))) {
      failing.add(waiting.pollFirst());
    }
  }

  private boolean isOverdue(List<Parcel> group) {
    long now = store.scheduler().nanoTime();
    return group.stream().allMatch(parcel -> parcel.deadlineNanos() - now < 0);
  }

  private UnavailableException neverCarriedOut() {
    return new UnavailableException(
        "nothing could be put into queue "
            + label
            + " within the request timeout: each answer was lost, and nothing had been applied",
        null);
  }
}
