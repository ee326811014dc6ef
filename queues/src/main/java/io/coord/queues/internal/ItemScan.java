package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One reading of the keys of all items of a queue, in the order of their keys, page by page. Each
 * page is as of its own time. Keys that belong to something with a longer name may lie between the
 * items, perhaps many more of them; they are skipped.
 */
final class ItemScan {

  private static final int PAGE = 16_384;

  private final Store store;
  private final ItemOrder order;
  private final Consumer<Item> receiver;
  private final Function<Bytes, CompletableFuture<Bytes>> next;
  private final Bytes end;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long firstRevision;

  /**
   * Reads nothing yet.
   *
   * @param receiver is given each item that is read
   * @param next tells where to go on after a page that ended with an item of this key
   */
  ItemScan(
      Store store,
      ItemOrder order,
      Consumer<Item> receiver,
      Function<Bytes, CompletableFuture<Bytes>> next) {
    this.store = store;
    this.order = order;
    this.receiver = receiver;
    this.next = next;
    this.end = order.range().end().orElseThrow();
  }

  /** Reads, once; completes with the revision of the first page. */
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
    List<KeyValue> kvs = page.kvs();
    for (KeyValue kv : kvs) {
      if (order.isItem(kv.key())) {
        receiver.accept(Item.keyOnly(kv));
      }
    }
    if (page.more()) {
      goOnAfter(kvs.get(kvs.size() - 1).key());
    } else {
      done.complete(firstRevision);
    }
  }

  private void goOnAfter(Bytes last) {
    if (order.isItem(last)) {
      Futures.onDone(next.apply(last), this::page, done::completeExceptionally);
    } else {
      page(order.after(last));
    }
  }
}
