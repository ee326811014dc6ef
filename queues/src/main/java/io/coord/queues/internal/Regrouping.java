package io.coord.queues.internal;

import java.time.Duration;

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
 *                   '--LONGEST after the last answer: not waited for-----------^
 *                            '--fewer than half came--> nobody is waited for, SKIPPED times
 *
 * When nobody is on the way back, whoever waits leaves if nothing is under way, or if they are half as many
 * as the largest group that is: one or two who are late go with the next group and not by themselves.
 */
/** Decides when a group of callers leaves. Not thread-safe: guarded by its owner's lock. */
final class Regrouping {

  /** How long those who have come wait for the others, counted from the last answer. */
  static final Duration LONGEST = Duration.ofNanos(300_000);

  /** More in a group save little, and keep those waiting who could be under way. */
  private static final int GOOD = 16;

  private static final int SKIPPED = 16;

  private final int groups;
  private int underWay;
  private int answered;
  private int onTheWayBack;
  private long answeredAt;
  private int skipping;

  /**
   * Nobody is under way.
   *
   * @param groups how many groups may be under way at once
   */
  Regrouping(int groups) {
    this.groups = groups;
  }

  /** So many left together. */
  void left(int callers) {
    underWay += callers;
  }

  /** A group was answered. */
  void answered(int callers, long now) {
    expire(now);
    underWay -= callers;
    if (skipping > 0) {
      skipping--;
      return;
    }
    answered = onTheWayBack + callers;
    onTheWayBack = answered;
    answeredAt = now;
  }

  /** Somebody has come, and waits. */
  void came() {
    onTheWayBack = Math.max(0, onTheWayBack - 1);
  }

  /**
   * Whether those who wait leave now.
   *
   * @param waiting how many they are
   * @param largest how many are in the largest group under way
   */
  boolean isComplete(int waiting, int largest, long now) {
    expire(now);
    if (onTheWayBack > 0) {
      int all = underWay + waiting + onTheWayBack;
      int share = (all + groups - 1) / groups;
      return waiting >= Math.max(share, Math.min(all, GOOD));
    }
    return 2 * waiting >= largest;
  }

  /** Whether somebody is expected back, who may not come. */
  boolean isSomebodyOnTheWayBack() {
    return onTheWayBack > 0;
  }

  private void expire(long now) {
    if (onTheWayBack > 0 && now - answeredAt >= LONGEST.toNanos()) {
      if (2 * onTheWayBack > answered) {
        skipping = SKIPPED;
      }
      onTheWayBack = 0;
    }
  }
}
