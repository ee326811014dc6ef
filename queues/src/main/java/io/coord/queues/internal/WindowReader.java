package io.coord.queues.internal;

import io.coord.core.Bytes;
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
import java.util.function.Consumer;

/**
 * Reads the first items of a queue, keys only. Where the order is that of revisions and the keys do
 * not tell it, etcd sorts the whole range for it, so one read brings many items: the deeper the
 * queue, the more.
 */
final class WindowReader {

  private static final int FIRST = 1_024;
  private static final int LARGEST = 16_384;
  private static final int SHARE = 8;
  private static final int PAGE = 4_096;
  private static final Bytes NUL = Bytes.wrap(new byte[] {0});

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
      readPastStrangers(window);
    } else {
      window.complete(cut(result.revision(), items, result.count()));
    }
  }

  /**
   * What one transaction put has one revision, and the limit may have come in the middle of it: the
   * last revision is left out. One transaction puts fewer items than the smallest limit.
   */
  private Window cut(long revision, List<Item> items, long count) {
    items.sort(order.comparator());
    Item last = items.get(items.size() - 1);
    List<Item> kept = items;
    if (order.hasTies()) {
      kept = items.stream().filter(item -> item.modRevision() < last.modRevision()).toList();
    }
    return new Window(revision, kept, Optional.of(kept.get(kept.size() - 1)), count);
  }

  /**
   * Keys that belong to something with a longer name lie between ours, perhaps many more than ours.
   * So everything of ours is read by key, and theirs are skipped. What came in after the first page
   * is left out; the window is what there was then.
   */
  private void readPastStrangers(CompletableFuture<Window> window) {
    List<Item> items = new ArrayList<>();
    Scan scan = new Scan(items::add);
    Futures.onDone(
        scan.run(),
        revision -> {
          items.removeIf(item -> item.modRevision() > revision);
          items.sort(order.comparator());
          window.complete(
              items.size() <= LARGEST
                  ? new Window(revision, items, Optional.empty(), items.size())
                  : cut(revision, new ArrayList<>(items.subList(0, LARGEST)), items.size()));
        },
        window::completeExceptionally);
  }

  /** Reads the keys of all items, page by page, each page as of its own time. */
  private final class Scan {

    private final Consumer<Item> receiver;
    private final Bytes end;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private long firstRevision;

    Scan(Consumer<Item> receiver) {
      this.receiver = receiver;
      this.end = order.range().end().orElseThrow();
    }

    /** Completes with the revision of the first page. */
    CompletableFuture<Long> run() {
      page(order.range().start());
      return done;
    }

    private void page(Bytes from) {
      if (from.compareTo(end) >= 0) {
        done.complete(firstRevision);
        return;
      }
      RangeRequest request = RangeRequest.of(KeyRange.between(from, end)).limit(PAGE).keysOnly();
      Futures.onDone(store.range(request), this::read, done::completeExceptionally);
    }

    private void read(RangeResult page) {
      firstRevision = firstRevision == 0 ? page.revision() : firstRevision;
      Bytes next = order.range().start();
      for (KeyValue kv : page.kvs()) {
        boolean isItem = order.isItem(kv.key());
        if (isItem) {
          receiver.accept(Item.keyOnly(kv));
        }
        if (kv.key().compareTo(next) >= 0) {
          next = isItem ? kv.key().concat(NUL) : order.after(kv.key());
        }
      }
      if (page.more()) {
        page(next);
      } else {
        done.complete(firstRevision);
      }
    }
  }
}
