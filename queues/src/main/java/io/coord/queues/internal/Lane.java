package io.coord.queues.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A way into a queue: one group after the other is under way on it. Not thread-safe: guarded by the
 * lock of its {@link Enqueuer}.
 */
final class Lane {

  /** The most values in one transaction: with the marker and the conditions, 128 operations. */
  static final int MOST = 118;

  /** etcd's limit of 1.5 MiB, less room for keys and conditions. */
  private static final long MOST_BYTES = (3 << 19) - (1 << 16);

  private final Placement placement;
  private final Deque<Parcel> waiting;

  /** Those who were refused together and now go before the others, each by itself. */
  private final Deque<Parcel> apart = new ArrayDeque<>();

  private List<Parcel> underWay = List.of();

  /**
   * A lane on which nobody is under way.
   *
   * @param placement gives the keys of its groups
   * @param waiting those who want to go; other lanes may take from it too
   */
  Lane(Placement placement, Deque<Parcel> waiting) {
    this.placement = placement;
    this.waiting = waiting;
  }

  Placement placement() {
    return placement;
  }

  /** Whether a group can be sent. */
  boolean isFree() {
    return underWay.isEmpty();
  }

  /** How many of those under way wait for the answer. */
  int callersUnderWay() {
    int callers = 0;
    for (Parcel parcel : underWay) {
      callers += parcel.caller() == Parcel.Caller.WAITS ? 1 : 0;
    }
    return callers;
  }

  /** Whether those go next who were refused together. */
  boolean goesApart() {
    return !apart.isEmpty();
  }

  /** How many have yet to go, on this lane or another. */
  int waiting() {
    return waiting.size();
  }

  /** Whether anybody is under way or has yet to go. */
  boolean isInUse() {
    return !underWay.isEmpty() || hasWaiting();
  }

  /** Whether anybody has yet to go. */
  boolean hasWaiting() {
    return !apart.isEmpty() || !waiting.isEmpty();
  }

  /**
   * Whether somebody under way no longer waits for the answer, and may be giving the next value.
   */
  boolean isAbandoned() {
    return underWay.stream().anyMatch(parcel -> parcel.enqueued().isDone());
  }

  /**
   * Sets those under way who go next: as many as fit into one transaction; one at least, if any
   * wait. None if none do.
   */
  List<Parcel> depart() {
    underWay = nextApart();
    if (underWay.isEmpty()) {
      underWay = nextGroup();
    }
    return underWay;
  }

  private List<Parcel> nextApart() {
    while (!apart.isEmpty()) {
      Parcel next = apart.pollFirst();
      if (!next.enqueued().isDone()) {
        return List.of(next);
      }
    }
    return List.of();
  }

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
      boolean fits = bytes <= MOST_BYTES && room >= 0;
      if (!group.isEmpty() && !(fits && next.terms().goWith(group.get(0).terms()))) {
        break;
      }
      group.add(next);
      waiting.pollFirst();
    }
    return group;
  }

  /** The group has ended. */
  void ended() {
    underWay = List.of();
  }

  /** The group was refused as a whole: each of it goes by itself, before all others. */
  void tryApart(List<Parcel> group) {
    for (int i = group.size() - 1; i >= 0; i--) {
      apart.addFirst(group.get(i));
    }
  }

  /** Takes out those who have yet to go, from the first one on for as long as they match. */
  List<Parcel> takeOut(Predicate<Parcel> matching) {
    List<Parcel> out = new ArrayList<>();
    for (Deque<Parcel> from : List.of(apart, waiting)) {
      while (!from.isEmpty() && matching.test(from.peekFirst())) {
        out.add(from.pollFirst());
      }
    }
    return out;
  }
}
