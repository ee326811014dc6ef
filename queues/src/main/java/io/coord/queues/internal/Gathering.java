package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.store.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/*
 * When those who wait leave as a group, beside other groups that are under way.
 *
 * A group costs etcd as much as ten values do, so few large groups are better than many small ones. The
 * callers of a group that was answered come back within some tens of microseconds, each from a thread of
 * its own. If the first one to come left at once, and the rest when it can, small groups would go on and
 * on. So as long as somebody is on the way back, a group waits until it has its share: all callers that
 * there are, or one of as many shares as groups may be under way, but those of GOOD at least.
 *
 *   answered --> on the way back --came--> waiting --share is full----------> under way
 *                   '--BACK after the last answer: not waited for-----------^
 *                            '--fewer than half came--> nobody is waited for, SKIPPED times
 *
 * When nobody is on the way back, whoever waits leaves if they are half as many as the largest group
 * that is under way: one or two who are late go with the next group and not by themselves.
 *
 * It does not matter through which gate somebody comes back: whoever puts work into a queue, claims some,
 * and is done with it, comes to three gates in turn. So these share a gathering, and callers that were
 * answered together stay together all the way round.
 *
 * Nobody is held for longer than HELD, whatever becomes of the groups under way; whoever comes alone is
 * not held at all: then nobody else is on the way back, or under way.
 */

/** Decides when groups of callers leave. Safe to share between threads. */
final class Gathering {

  /** How long somebody who was answered is expected back, counted from the last answer. */
  static final Duration BACK = Duration.ofNanos(300_000);

  /** About as long as a group is under way. */
  static final Duration HELD = Duration.ofNanos(900_000);

  /** More in a group save little, and keep those waiting who could be under way. */
  private static final int GOOD = 16;

  private static final int SKIPPED = 16;

  private final Scheduler scheduler;
  private final int groups;
  private final ReentrantLock lock = new ReentrantLock();

  /** The callers of each group under way. */
  @GuardedBy("lock")
  private final List<Integer> underWay = new ArrayList<>();

  @GuardedBy("lock")
  private final Set<Gate> held = new LinkedHashSet<>();

  @GuardedBy("lock")
  private int answered;

  @GuardedBy("lock")
  private int onTheWayBack;

  @GuardedBy("lock")
  private long answeredAt;

  @GuardedBy("lock")
  private int skipping;

  @GuardedBy("lock")
  private boolean timerSet;

  /**
   * Nobody is under way.
   *
   * @param groups how many groups should be under way at once
   */
  Gathering(Scheduler scheduler, int groups) {
    this.scheduler = scheduler;
    this.groups = groups;
  }

  /**
   * A way out for callers, who wait in front of it.
   *
   * @param ask asks again whether those who wait leave; it is called without any lock
   */
  Gate gate(Runnable ask) {
    return new Gate(ask);
  }

  /**
   * What its owner tells, and asks. May be called under the owner's lock; what a method returns
   * must be run after that was released.
   */
  final class Gate {

    private static final long NOT_HELD = Long.MIN_VALUE;

    private final Runnable ask;

    /** Outlives those who were held and went away; then whoever comes next leaves at once. */
    @GuardedBy("lock")
    private long heldSince = NOT_HELD;

    private Gate(Runnable ask) {
      this.ask = ask;
    }

    /** Somebody has come, and waits. */
    List<Runnable> came() {
      lock.lock();
      try {
        onTheWayBack = Math.max(0, onTheWayBack - 1);
        return due();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Whether those who wait leave now; if not, it asks its owner again in time.
     *
     * @param waiting how many they are
     * @param most how many may leave together
     */
    boolean opens(int waiting, int most) {
      lock.lock();
      try {
        long now = scheduler.nanoTime();
        expire(now);
        if (waiting >= most || isComplete(waiting) || wasHeldForLong(now)) {
          heldSince = NOT_HELD;
          held.remove(this);
          return true;
        }
        heldSince = heldSince == NOT_HELD ? now : heldSince;
        held.add(this);
        if (!timerSet) {
          timerSet = true;
          scheduler.schedule(BACK, Gathering.this::askAll);
        }
        return false;
      } finally {
        lock.unlock();
      }
    }

    @GuardedBy("lock")
    private boolean wasHeldForLong(long now) {
      return heldSince != NOT_HELD && now - heldSince >= HELD.toNanos();
    }

    /** So many callers left together. */
    void left(int callers) {
      lock.lock();
      try {
        underWay.add(callers);
      } finally {
        lock.unlock();
      }
    }

    /**
     * A group is no longer under way.
     *
     * @param callers how many they were
     * @param served how many of them were answered, and do not go on waiting
     */
    List<Runnable> ended(int callers, int served) {
      lock.lock();
      try {
        underWay.remove(Integer.valueOf(callers));
        long now = scheduler.nanoTime();
        expire(now);
        if (skipping > 0) {
          skipping--;
        } else if (served > 0) {
          answered = onTheWayBack + served;
          onTheWayBack = answered;
          answeredAt = now;
        }
        return due();
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  private boolean isComplete(int waiting) {
    if (onTheWayBack > 0) {
      int all = waiting + onTheWayBack;
      for (int group : underWay) {
        all += group;
      }
      int share = (all + groups - 1) / groups;
      return waiting >= Math.max(share, Math.min(all, GOOD));
    }
    int largest = 0;
    for (int group : underWay) {
      largest = Math.max(largest, group);
    }
    return 2 * waiting >= largest;
  }

  @GuardedBy("lock")
  private void expire(long now) {
    if (onTheWayBack > 0 && now - answeredAt >= BACK.toNanos()) {
      if (2 * onTheWayBack > answered) {
        skipping = SKIPPED;
      }
      onTheWayBack = 0;
    }
  }

  /** Those who may find now that nobody is expected back any more. */
  @GuardedBy("lock")
  private List<Runnable> due() {
    return onTheWayBack == 0 && !held.isEmpty() ? takeHeld() : List.of();
  }

  @GuardedBy("lock")
  private List<Runnable> takeHeld() {
    List<Runnable> asking = held.stream().map(gate -> gate.ask).toList();
    held.clear();
    return asking;
  }

  private void askAll() {
    List<Runnable> asking;
    lock.lock();
    try {
      timerSet = false;
      asking = takeHeld();
    } finally {
      lock.unlock();
    }
    asking.forEach(Runnable::run);
  }
}
