package io.coord.barriers.internal;

import io.coord.core.Bytes;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * A count in a key, as a decimal number; a key that does not exist counts 0.
 *
 *   read the key: value n at modification revision m, or absent with m = 0
 *   once: if mod(key) = m then put n + change, or delete the key when that is 0; else get the key
 *   the condition did not hold --> again with what was read
 *
 * Each round that fails means that somebody else's change went through. A lost answer is resolved by
 * Once, so a change that was made counts once, and one that is reported as failed does not count.
 * Whoever lowers it to 0 knows that the key was gone at the revision of the change, and those of this
 * process who wait for that learn it from him; if the watch was faster, it tells nothing new.
 */

/** Changes the count of a latch. Safe to share between threads. */
public final class Counter {

  private static final int MOST_SHOWN = 40;

  private final CoordRuntime coord;
  private final Store store;
  private final Bytes key;

  /** The count with this key. */
  public Counter(CoordRuntime coord, Bytes key) {
    this.coord = coord;
    this.store = coord.store();
    this.key = key;
  }

  /** Reads the count; the future completes on the store's thread. */
  public CompletableFuture<Long> read() {
    return Mirrors.of(coord)
        .endingWithTheConnection(
            store.range(RangeRequest.key(key)).thenApply(found -> count(found.first())));
  }

  /**
   * Changes the count. The future gives the new count, on the store's thread; it fails with {@link
   * IllegalStateException} when that would be less than 0.
   */
  public CompletableFuture<Long> change(long by) {
    CompletableFuture<Long> changed =
        Mirrors.of(coord).endingWithTheConnection(new CompletableFuture<>());
    Futures.onDone(
        store.range(RangeRequest.key(key)),
        found -> attempt(found.first(), by, changed),
        changed::completeExceptionally);
    return changed;
  }

  private void attempt(Optional<KeyValue> found, long by, CompletableFuture<Long> changed) {
    long next;
    try {
      next = next(count(found), by);
    } catch (IllegalStateException e) {
      changed.completeExceptionally(e);
      return;
    }
    long seen = found.map(KeyValue::modRevision).orElse(0L);
    MarkedWork.Plain work =
        new MarkedWork.Plain.Writes(
            List.of(Compare.modRevision(key, Relation.EQUAL, seen)),
            List.of(next == 0 ? Op.delete(key) : Op.put(key, Bytes.utf8(Long.toString(next)))),
            List.of(Op.get(key)));
    Futures.onDone(
        Once.of(coord).apply(work),
        verdict -> {
          if (verdict instanceof Verdict.Applied applied) {
            tellThoseWhoWaitHere(next, applied.revision());
            changed.complete(next);
          } else if (verdict instanceof Verdict.ConditionsNotMet not) {
            attempt(not.evidence().get(0).first(), by, changed);
          }
        },
        changed::completeExceptionally);
  }

  private void tellThoseWhoWaitHere(long count, long revision) {
    if (count == 0) {
      Mirrors.of(coord).learned(KeyRange.single(key), revision, List.of());
    }
  }

  private long next(long count, long by) {
    if (by > 0 && count > Long.MAX_VALUE - by) {
      throw new IllegalStateException(
          "the count of " + key.utf8() + " is " + count + "; it cannot be raised by " + by);
    }
    if (count + by < 0) {
      throw new IllegalStateException(
          "the count of "
              + key.utf8()
              + " is "
              + count
              + " and cannot be lowered; add to it first");
    }
    return count + by;
  }

  private long count(Optional<KeyValue> found) {
    if (found.isEmpty()) {
      return 0;
    }
    String text = found.get().value().utf8();
    try {
      long count = Long.parseLong(text);
      if (count > 0) {
        return count;
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
