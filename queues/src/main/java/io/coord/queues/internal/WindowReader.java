package io.coord.queues.internal;

import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the first items of a queue, keys only. Where the order is that of revisions and the keys do
 * not tell it, etcd sorts the whole range for it, so one read brings many items: the deeper the
 * queue, the more.
 */
final class WindowReader {

  private static final int FIRST = 1_024;
  private static final int LARGEST = 16_384;
  private static final int SHARE = 8;

  private final Store store;
  private final ItemOrder order;

  WindowReader(Store store, ItemOrder order) {
    this.store = store;
    this.order = order;
  }

  /**
   * Reads a window.
   *
   * @param expected about how many items there are, or 0
   */
  CompletableFuture<Window> read(long expected) {
    long limit = Math.max(FIRST, Math.min(LARGEST, expected / SHARE));
    CompletableFuture<Window> window = new CompletableFuture<>();
    if (order.hasTies()) {
      Futures.onDone(
          new SeriesReader(store, order, limit).run(),
          read -> read.ifPresentOrElse(window::complete, () -> readInOrder(limit, window)),
          window::completeExceptionally);
    } else {
      readInOrder(limit, window);
    }
    return window;
  }

  private void readInOrder(long limit, CompletableFuture<Window> window) {
    RangeRequest request =
        RangeRequest.of(order.range()).orderedBy(order.readOrder()).limit(limit).keysOnly();
    Futures.onDone(
        store.range(request), result -> conclude(result, window), window::completeExceptionally);
  }

  private void conclude(RangeResult result, CompletableFuture<Window> window) {
    List<Item> items = new ArrayList<>(result.kvs().size());
    for (KeyValue kv : result.kvs()) {
      if (order.isItem(kv.key())) {
        items.add(Item.keyOnly(kv));
      }
    }
    if (!result.more()) {
      window.complete(new Window(result.revision(), items, Optional.empty(), result.count()));
    } else if (items.size() < result.kvs().size()) {
      readByKey(window);
    } else {
      cut(result, items).ifPresentOrElse(window::complete, () -> readByKey(window));
    }
  }

  /**
   * What one transaction put has one revision, and the limit may have come in the middle of it: the
   * last revision is left out. Empty when there is no other.
   */
  private Optional<Window> cut(RangeResult result, List<Item> items) {
    items.sort(order.comparator());
    Item last = items.get(items.size() - 1);
    List<Item> kept = items;
    if (order.hasTies()) {
      kept = items.stream().filter(item -> item.modRevision() < last.modRevision()).toList();
    }
    return kept.isEmpty()
        ? Optional.empty()
        : Optional.of(upToTheLast(result.revision(), kept, result.count()));
  }

  /**
   * Reads everything of ours, which can then be cut anywhere: where more is of one revision than a
   * limit lets through; or where keys that belong to something with a longer name lie between ours,
   * perhaps many more than ours, which are skipped.
   */
  private void readByKey(CompletableFuture<Window> window) {
    Futures.onDone(OneMoment.read(this::scan), window::complete, window::completeExceptionally);
  }

  private CompletableFuture<Window> scan() {
    List<Item> items = new ArrayList<>();
    ItemScan scan =
        new ItemScan(
            store,
            order,
            items::add,
            (last, revision) -> CompletableFuture.completedFuture(KeyRange.after(last)));
    return scan.run()
        .thenApply(
            revision -> {
              items.sort(order.comparator());
              return items.size() <= LARGEST
                  ? new Window(revision, items, Optional.empty(), items.size())
                  : upToTheLast(revision, List.copyOf(items.subList(0, LARGEST)), items.size());
            });
  }

  private static Window upToTheLast(long revision, List<Item> items, long count) {
    return new Window(revision, items, Optional.of(items.get(items.size() - 1)), count);
  }
}
