package io.coord.queues.internal;

import io.coord.core.internal.marked.Verdict;

/**
 * How many items a take for one caller tries. Where nobody else takes, one: each further one would
 * be a compare in vain. Where others do, as many as they have been ahead lately, and some. Not
 * thread-safe: guarded by its owner's lock.
 */
final class Reach {

  private static final int MOST = 16;
  private static final int FARTHER = 4;

  private int items = 1;

  int items() {
    return items;
  }

  /** As far as others were ahead, twice; less by one with each take in whose way nobody was. */
  void took(Take take, Verdict.Applied applied) {
    if (take.shape() == Take.Shape.FIRST) {
      int ahead = take.gone(applied).size() - 1;
      items = ahead == 0 ? Math.max(1, items - 1) : Math.min(MOST, Math.max(items, 2 * ahead + 2));
    }
  }

  /** None of those that were tried was there any more. */
  void missed() {
    items = Math.min(MOST, items * FARTHER);
  }
}
