package io.coord.stm.internal;

import io.coord.core.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/*
 * Which transactions share a commit, and when it is sent.
 *
 *   join --touches nothing of others, or only of one ready group--> READY --depart--> UNDER WAY
 *     |                                                               ^                   |
 *     '--touches what is under way, or who waits for that--> BEHIND --'<----- arrived ----'
 *
 * To touch is to read or to write. Invariants:
 * - Groups under way touch nothing of each other; no ready group touches anything that is under way.
 *   So whatever a group found is of a group that has arrived, or of the base, when it is sent; and
 *   none of those under way can make another one's compares fail, in whichever order etcd takes them.
 * - Of two transactions with a key in common, the one that joined first is in an earlier place: before
 *   the other in the same group, or in a group that arrives before the other's is sent. That is why a
 *   newcomer is behind when somebody behind touches its keys, and why a group stays there then.
 * - Who is called off while he is ready or behind is not sent, if nobody who is sent builds on him: it
 *   is looked at before a group leaves. What is left of a group touches no more than before, and maybe
 *   less, so others who waited for it may be ready then.
 * - Nobody is passed by for ever: the keys of those behind are closed to newcomers, so each waits only
 *   for those who were before it. When nothing is under way and somebody waits, somebody is ready.
 *
 * What is ready leaves at once when nothing is under way. Beside others it leaves only when it is
 * many: a commit has its own price, and whoever waits may share it. And only on a base on which
 * several groups have arrived: where other processes write the same keys, each group that is under
 * way beside one that fails makes the next epoch begin with what is no longer so.
 */

/**
 * The groups of an {@link Epoch}, from the first join to the arrival. Guarded by the lock of their
 * {@link Convoy}.
 */
final class Departures {

  /** etcd works on one while it receives the next; more of them are only smaller. */
  private static final int MOST_UNDER_WAY = 3;

  /** A commit costs about as much as so many transfers more in another one. */
  private static final int WORTH_A_COMMIT = 16;

  /** How many groups must have arrived on the base before one leaves beside others. */
  private static final int PROBATION = 4;

  private final List<Group> underWay = new ArrayList<>();
  private final Deque<Group> ready = new ArrayDeque<>();
  private final Deque<Group> behind = new ArrayDeque<>();
  private int arrivals;

  boolean isEmpty() {
    return underWay.isEmpty() && ready.isEmpty() && behind.isEmpty();
  }

  /** Adds a transaction behind all others that it has a key in common with; gives its group. */
  Group add(Joiner joiner) {
    Group group = groupFor(joiner);
    group.add(joiner);
    return group;
  }

  private Group groupFor(Joiner joiner) {
    Set<Bytes> keys = joiner.keys();
    if (anyMeets(underWay, keys) || anyMeets(behind, keys)) {
      return last(behind, joiner);
    }
    List<Group> met = ready.stream().filter(group -> group.meets(keys)).toList();
    if (met.isEmpty()) {
      return last(ready, joiner);
    }
    return met.size() == 1 && met.get(0).fits(joiner) ? met.get(0) : last(behind, joiner);
  }

  private static boolean anyMeets(Collection<Group> groups, Set<Bytes> keys) {
    return groups.stream().anyMatch(group -> group.meets(keys));
  }

  private static Group last(Deque<Group> groups, Joiner joiner) {
    Group last = groups.peekLast();
    if (last == null || !last.fits(joiner)) {
      last = new Group();
      groups.addLast(last);
    }
    return last;
  }

  /**
   * The groups that are to be sent now.
   *
   * @param undo is told of those who were taken out before, who joined last first
   */
  List<Group> depart(Consumer<Joiner> undo) {
    List<Group> leaving = new ArrayList<>();
    while (!ready.isEmpty() && isToLeave(ready.getFirst())) {
      boolean isChanged = ready.getFirst().hasCalledOff() && takeOut(undo);
      if (!isChanged) {
        Group next = ready.removeFirst();
        underWay.add(next);
        leaving.add(next);
      }
    }
    return leaving;
  }

  private boolean isToLeave(Group group) {
    return underWay.isEmpty()
        || (underWay.size() < MOST_UNDER_WAY
            && arrivals >= PROBATION
            && group.joiners().size() >= WORTH_A_COMMIT);
  }

  /**
   * Takes out all who are called off, unless somebody who stays has read or overwritten what they
   * write.
   */
  private boolean takeOut(Consumer<Joiner> undo) {
    List<Joiner> waiting = new ArrayList<>();
    ready.forEach(group -> waiting.addAll(group.joiners()));
    behind.forEach(group -> waiting.addAll(group.joiners()));
    waiting.sort(Comparator.comparingLong(Joiner::number).reversed());
    Set<Long> builtOn = new HashSet<>();
    Set<Long> out = new HashSet<>();
    for (Joiner joiner : waiting) {
      if (joiner.member().isCalledOff() && !builtOn.contains(joiner.number())) {
        out.add(joiner.number());
        undo.accept(joiner);
      } else {
        joiner.before().values().forEach(cell -> builtOn.add(cell.since()));
      }
    }
    removeFrom(ready, out);
    removeFrom(behind, out);
    moveUp();
    return !out.isEmpty();
  }

  private static void removeFrom(Deque<Group> groups, Set<Long> out) {
    groups.forEach(group -> group.remove(out));
    groups.removeIf(Group::isEmpty);
  }

  /** A group is under way no more; some that have waited for it may leave next. */
  void arrived(Group group) {
    underWay.remove(group);
    arrivals++;
    moveUp();
  }

  /** Those behind who wait for nobody any more are ready. */
  private void moveUp() {
    List<Group> waiting = List.copyOf(behind);
    behind.clear();
    for (Group next : waiting) {
      if (!makeReady(next)) {
        behind.addLast(next);
      }
    }
  }

  private boolean makeReady(Group group) {
    if (anyMeets(underWay, group) || anyMeets(behind, group)) {
      return false;
    }
    List<Group> met = ready.stream().filter(group::meets).toList();
    Group company = met.isEmpty() ? ready.peekLast() : met.get(0);
    if (company != null && met.size() < 2 && company.fits(group)) {
      company.absorb(group);
      return true;
    }
    if (met.isEmpty()) {
      ready.addLast(group);
    }
    return met.isEmpty();
  }

  private static boolean anyMeets(Collection<Group> groups, Group other) {
    return groups.stream().anyMatch(other::meets);
  }

  /** Gives up those who have not been sent. */
  List<Member> giveUp() {
    List<Member> left = new ArrayList<>();
    ready.forEach(group -> left.addAll(group.members()));
    behind.forEach(group -> left.addAll(group.members()));
    ready.clear();
    behind.clear();
    return left;
  }
}
