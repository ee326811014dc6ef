package io.coord.barriers.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/*
 * A count in a key, as a decimal number; a key that does not exist counts 0.
 *
 *   read the key: value n at modification revision m, or absent with m = 0
 *   once: if mod(key) = m then put n + changes, or delete the key when that is 0; else get the key
 *   done --> again with what was put, while anybody waits
 *   the condition did not hold --> again with what was read
 *
 * Changes of one process that come while one is under way share the next transaction, in the order in
 * which they came; each is told the count after itself. So many that come at once need few commits,
 * and are in each other's way as processes only, not as threads. A group ends with a change to 0, for
 * those who wait for that must be able to see it, though it be raised again right away.
 *
 * A change that the count does not allow fails only when the transaction of its group has gone
 * through, or when the count was read after the change came.
 *
 * Each round that fails means that somebody else's change went through. A lost answer is resolved by
 * Once, so a group that was made counts once, and one that is reported as failed does not count. That
 * may take as long as etcd is out of reach; those behind it, who were not sent, do not wait for it
 * longer than for any request. Closed: what was sent and has no answer ends as unknown, and what was
 * not sent as closed. That is for the store and Once to tell, who know it; so no change ends in any
 * other way.
 *
 * Whoever lowers it to 0 knows that the key was gone at the revision of the change, and those of this
 * process who wait for that learn it from him; if the watch was faster, it tells nothing new.
 */

/** Changes the count of a latch. Safe to share between threads. */
public final class Counter {

  private static final int MOST_SHOWN = 40;
  private static final int MOST_IN_A_GROUP = 1_000;

  /**
   * By how much the count is to change.
   *
   * @param number rises from one change to the next
   * @param changed who waits for it
   */
  private record Change(long by, long number, CompletableFuture<Long> changed) {}

  /** What the count is: 0 at revision 0 when there is no key. */
  private record Known(long count, long revision) {}

  /**
   * What becomes of the first of those who wait.
   *
   * @param through the number of the last of them
   * @param outcomes tells each of them, in their order
   * @param count the count in the end
   * @param changes whether any of them may change it
   */
  private record Plan(long through, List<Runnable> outcomes, long count, boolean changes) {}

  private final CoordRuntime coord;
  private final Store store;
  private final Bytes key;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Deque<Change> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean underWay;

  /** The number of the last change. */
  @GuardedBy("lock")
  private long last;

  /** The number of the last change that was sent. */
  @GuardedBy("lock")
  private long sent;

  /** The count with this key. */
  Counter(CoordRuntime coord, Bytes key) {
    this.coord = coord;
    this.store = coord.store();
    this.key = key;
  }

  /** Reads the count; the future completes on the store's thread. */
  public CompletableFuture<Long> read() {
    return Mirrors.of(coord)
        .endingWithTheConnection(
            store.range(RangeRequest.key(key)).thenApply(found -> known(found.first()).count()));
  }

  /**
   * Changes the count. The future gives the new count, on the store's thread; it fails with {@link
   * IllegalStateException} when that would be less than 0.
   */
  public CompletableFuture<Long> change(long by) {
    Change change;
    boolean behind;
    lock.lock();
    try {
      change = new Change(by, ++last, new CompletableFuture<>());
      waiting.addLast(change);
      behind = underWay;
      underWay = true;
    } finally {
      lock.unlock();
    }
    if (behind) {
      giveUpInTime(change);
    } else {
      look();
    }
    return change.changed();
  }

  private void giveUpInTime(Change change) {
    Timer timer = store.scheduler().schedule(coord.config().requestTimeout(), () -> giveUp(change));
    Futures.onDone(change.changed(), count -> timer.cancel(), failure -> timer.cancel());
  }

  /** One that was sent may have to wait again, if its group turns out to be smaller. */
  private void giveUp(Change change) {
    boolean isSent;
    lock.lock();
    try {
      isSent = change.number() <= sent;
      if (!isSent && !waiting.remove(change)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (isSent) {
      giveUpInTime(change);
      return;
    }
    change
        .changed()
        .completeExceptionally(
            new UnavailableException(
                "the count of "
                    + key.utf8()
                    + " was not changed in time, for a change before it has no answer yet",
                null));
  }

  private void look() {
    long present = present();
    Futures.onDone(
        store.range(RangeRequest.key(key)),
        found -> seen(found.first(), present),
        failure -> fail(present, failure));
  }

  private long present() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The key was read.
   *
   * @param present the number of the last one who waited before that
   */
  private void seen(Optional<KeyValue> found, long present) {
    Known now;
    try {
      now = known(found);
    } catch (IllegalStateException e) {
      fail(present, e);
      return;
    }
    attempt(now, present);
  }

  /**
   * Plans the next group, and makes its changes.
   *
   * @param present the number of the last one who waited before the count was read
   */
  private void attempt(Known now, long present) {
    Plan plan;
    lock.lock();
    try {
      plan = plan(now.count(), Long.MAX_VALUE);
      if (plan.changes()) {
        sent = plan.through();
      } else {
        plan = plan(now.count(), present);
      }
    } finally {
      lock.unlock();
    }
    if (plan.changes()) {
      send(now, plan);
    } else {
      conclude(plan, Optional.empty());
    }
  }

  @GuardedBy("lock")
  private Plan plan(long from, long through) {
    List<Runnable> outcomes = new ArrayList<>();
    long count = from;
    long number = 0;
    boolean changes = false;
    for (Change change : waiting) {
      if (change.number() > through
          || outcomes.size() == MOST_IN_A_GROUP
          || (changes && count == 0)) {
        break;
      }
      number = change.number();
      Optional<IllegalStateException> mistake = mistake(count, change.by());
      if (mistake.isPresent()) {
        outcomes.add(() -> change.changed().completeExceptionally(mistake.get()));
      } else {
        long after = count + change.by();
        outcomes.add(() -> change.changed().complete(after));
        count = after;
        changes = true;
      }
    }
    return new Plan(number, outcomes, count, changes);
  }

  private void send(Known now, Plan plan) {
    long count = plan.count();
    long present = present();
    MarkedWork.Plain work =
        new MarkedWork.Plain.Writes(
            List.of(Compare.modRevision(key, Relation.EQUAL, now.revision())),
            List.of(count == 0 ? Op.delete(key) : Op.put(key, Bytes.utf8(Long.toString(count)))),
            List.of(Op.get(key)));
    Futures.onDone(
        Once.of(coord).apply(work),
        verdict -> {
          if (verdict instanceof Verdict.Applied applied) {
            tellThoseWhoWaitHere(count, applied.revision());
            long revision = count == 0 ? 0 : applied.revision();
            conclude(plan, Optional.of(new Known(count, revision)));
          } else if (verdict instanceof Verdict.ConditionsNotMet not) {
            seen(not.evidence().get(0).first(), present);
          }
        },
        failure -> fail(plan.through(), failure));
  }

  private void fail(long through, Throwable failure) {
    List<Runnable> outcomes = new ArrayList<>();
    lock.lock();
    try {
      waiting.stream()
          .takeWhile(change -> change.number() <= through)
          .forEach(change -> outcomes.add(() -> change.changed().completeExceptionally(failure)));
    } finally {
      lock.unlock();
    }
    conclude(new Plan(through, outcomes, 0, false), Optional.empty());
  }

  /** Those who are told wait no longer; before that, the next group is under way. */
  private void conclude(Plan plan, Optional<Known> known) {
    boolean isOver;
    long present;
    lock.lock();
    try {
      while (!waiting.isEmpty() && waiting.element().number() <= plan.through()) {
        waiting.remove();
      }
      isOver = waiting.isEmpty();
      underWay = !isOver;
      present = sent;
    } finally {
      lock.unlock();
    }
    if (!isOver) {
      known.ifPresentOrElse(now -> attempt(now, present), this::look);
    }
    plan.outcomes().forEach(Runnable::run);
  }

  private void tellThoseWhoWaitHere(long count, long revision) {
    if (count == 0) {
      Mirrors.of(coord).learned(KeyRange.single(key), revision, List.of());
    }
  }

  private Optional<IllegalStateException> mistake(long count, long by) {
    if (by > 0 && count > Long.MAX_VALUE - by) {
      return Optional.of(
          new IllegalStateException(
              "the count of " + key.utf8() + " is " + count + "; it cannot be raised by " + by));
    }
    if (count + by < 0) {
      return Optional.of(
          new IllegalStateException(
              "the count of "
                  + key.utf8()
                  + " is "
                  + count
                  + " and cannot be lowered; add to it first"));
    }
    return Optional.empty();
  }

  private Known known(Optional<KeyValue> found) {
    if (found.isEmpty()) {
      return new Known(0, 0);
    }
    String text = found.get().value().utf8();
    try {
      long count = Long.parseLong(text);
      if (count > 0) {
        return new Known(count, found.get().modRevision());
      }
    } catch (NumberFormatException e) {
      throw notACount(text);
    }
    throw notACount(text);
  }

  private IllegalStateException notACount(String text) {
    String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    return new IllegalStateException(
        "the key "
            + key.utf8()
            + " does not hold a count: it holds \""
            + shown
            + "\"; expected a whole number from 1 on, or no such key");
  }
}
