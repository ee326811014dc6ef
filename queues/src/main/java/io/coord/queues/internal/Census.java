package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.queues.OldestItem;
import io.coord.queues.QueueStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * How many items a queue has, and which of them came first.
 *
 * Keys that belong to something with a longer name may lie between the items, so they are read, by key
 * and page by page, and no keys but items are counted. For every page etcd counts all keys from there to
 * the end, so that a queue of a million items would cost it hundreds of millions of steps. But where a
 * page ends within a series, the rest of that is items only, and younger than what was read of it: etcd
 * counts it in one go, and it is stepped over.
 *
 * Each page and each count is of its own time.
 */

/** One count of a queue's items. */
final class Census {

  private static final int PAGE = 16_384;
  private static final Bytes NUL = Bytes.wrap(new byte[] {0});
  private static final Comparator<Item> BY_AGE =
      Comparator.comparingLong(Item::modRevision).thenComparing(Item::key);

  private final Store store;
  private final ItemOrder order;
  private final Bytes end;
  private final CompletableFuture<QueueStatus> done = new CompletableFuture<>();
  private long count;
  private Optional<Item> oldest = Optional.empty();

  Census(Store store, ItemOrder order) {
    this.store = store;
    this.order = order;
    this.end = order.range().end().orElseThrow();
  }

  /** Counts; on the store's thread. */
  CompletableFuture<QueueStatus> run() {
    page(order.range().start());
    return done;
  }

  private void page(Bytes from) {
    if (from.compareTo(end) >= 0) {
      done.complete(status());
      return;
    }
    RangeRequest request = RangeRequest.of(KeyRange.between(from, end)).limit(PAGE).keysOnly();
    Futures.onDone(store.range(request), this::read, done::completeExceptionally);
  }

  private void read(RangeResult page) {
    List<KeyValue> kvs = page.kvs();
    for (KeyValue kv : kvs) {
      if (order.isItem(kv.key())) {
        note(Item.keyOnly(kv));
      }
    }
    if (page.more()) {
      goOnAfter(kvs.get(kvs.size() - 1).key());
    } else {
      done.complete(status());
    }
  }

  private void note(Item item) {
    count++;
    if (oldest.isEmpty() || BY_AGE.compare(item, oldest.get()) < 0) {
      oldest = Optional.of(item);
    }
  }

  private void goOnAfter(Bytes last) {
    if (!order.isItem(last)) {
      page(order.after(last));
      return;
    }
    Optional<KeyRange> series = order.series(last);
    if (series.isEmpty()) {
      page(last.concat(NUL));
      return;
    }
    Bytes endOfSeries = series.get().end().orElseThrow();
    RangeRequest rest =
        RangeRequest.of(KeyRange.between(last.concat(NUL), endOfSeries)).countOnly();
    Futures.onDone(
        store.range(rest),
        counted -> {
          count += counted.count();
          page(endOfSeries);
        },
        done::completeExceptionally);
  }

  private QueueStatus status() {
    return new QueueStatus(
        count,
        oldest.map(
            item ->
                new OldestItem(item.key().utf8(), item.modRevision(), order.since(item.key()))));
  }
}
