package io.coord.queues.internal;

import java.time.Duration;

/*
 * When those who wait go together.
 *
 * Whoever came while a group was under way can go when it has been answered. But those who were in it
 * are likely to come back within microseconds, each from a thread of its own: if the others went at
 * once, the two halves would take turns, and every operation would wait for two commits. So the others
 * wait for as many as there were in all, for a fraction of a commit's time at most.
 *
 *   answered: n were in it, m came meanwhile --n = 1, m = 0--> the next one goes at once
 *      '--> n + m have come, or LONGEST is over --> they go
 *                                   '--fewer came--> the next SKIPPED groups go at once
 *
 * Who comes alone never waits: then there was nobody else, neither in the group before nor after it.
 */
/** Decides when a group is complete. Not thread-safe: guarded by its owner's lock. */
final class Company {

  /** How long those who have come wait for the others, counted from the last answer. */
  static final Duration LONGEST = Duration.ofNanos(200_000);

  private static final int SKIPPED = 16;

  private final int most;
  private int expected;
  private long answeredAt;
  private int skipping;
  private boolean full;

  /**
   * Nobody has gone yet.
   *
   * @param most the greatest size of a group
   */
  Company(int most) {
    this.most = most;
  }

  /** A group was answered, while others had come already. */
  void answered(int group, int waiting, long now) {
    boolean alone = group <= 1 && waiting == 0;
    expected = alone || full ? 0 : Math.min(most, group + waiting);
    answeredAt = now;
  }

  /** Whether so many go now, rather than wait for others. */
  boolean isComplete(int waiting, long now) {
    return waiting >= expected || skipping > 0 || now - answeredAt >= LONGEST.toNanos();
  }

  /** So many go. */
  void went(int group) {
    if (skipping > 0) {
      skipping--;
    } else if (group < expected) {
      skipping = SKIPPED;
    }
    expected = 0;
    full = false;
  }

  /** So many go, and others had to stay behind: the next group has enough without them. */
  void wentFull(int group) {
    went(group);
    full = true;
  }
}
