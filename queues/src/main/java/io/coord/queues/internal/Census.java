package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.queues.OldestItem;
import io.coord.queues.QueueStatus;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * How many items a queue has, and which of them came first.
 *
 * No keys but items are counted, so their keys are read. For every page etcd counts all keys from there
 * to the end, so that a queue of a million items would cost it hundreds of millions of steps. But where
 * a page ends within a series, the rest of that is items only, and younger than what was read of it:
 * etcd counts it in one go, and it is stepped over.
 *
 * All of it is as of the revision of the first page.
 */

/** One count of a queue's items. */
final class Census {

  private static final Comparator<Item> BY_AGE =
      Comparator.comparingLong(Item::modRevision).thenComparing(Item::key);

  private final Store store;
  private final ItemOrder order;
  private long count;
  private Optional<Item> oldest = Optional.empty();

  private Census(Store store, ItemOrder order) {
    this.store = store;
    this.order = order;
  }

  /** Counts what there is at one moment; on the store's thread. */
  static CompletableFuture<QueueStatus> count(Store store, ItemOrder order) {
    return OneMoment.read(() -> new Census(store, order).run());
  }

  private CompletableFuture<QueueStatus> run() {
    return new ItemScan(store, order, this::note, this::stepOver)
        .run()
        .thenApply(moment -> status());
  }

  private void note(Item item) {
    count++;
    if (oldest.isEmpty() || BY_AGE.compare(item, oldest.get()) < 0) {
      oldest = Optional.of(item);
    }
  }

  /** Counts what is left of an item's series. */
  private CompletableFuture<Bytes> stepOver(Bytes last, long revision) {
    Bytes next = KeyRange.after(last);
    Optional<KeyRange> series = order.series(last);
    if (series.isEmpty()) {
      return CompletableFuture.completedFuture(next);
    }
    Bytes endOfSeries = series.get().end().orElseThrow();
    return store
        .range(
            RangeRequest.of(KeyRange.between(next, endOfSeries)).countOnly().atRevision(revision))
        .thenApply(
            rest -> {
              count += rest.count();
              return endOfSeries;
            });
  }

  private QueueStatus status() {
    return new QueueStatus(
        count,
        oldest.map(
            item ->
                new OldestItem(item.key().utf8(), item.modRevision(), order.since(item.key()))));
  }
}
