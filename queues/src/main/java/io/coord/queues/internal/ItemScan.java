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

/**
 * One reading of the keys of all items of a queue, in the order of their keys, page by page: all
 * pages are of the revision of the first. Else one item could come in where has been read, before
 * another one goes where has not, and a queue that never was empty would look so. Keys that belong
 * to something with a longer name may lie between the items, perhaps many more of them; they are
 * skipped.
 */
final class ItemScan {

  /** Where to go on after a page. */
  interface Next {

    /** Where, after a page of a revision that ended with an item of this key. */
    CompletableFuture<Bytes> after(Bytes last, long revision);
  }

  private static final int PAGE = 16_384;

  private final Store store;
  private final ItemOrder order;
  private final Consumer<Item> receiver;
  private final Next next;
  private final Bytes end;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long revision;

  /**
   * Reads nothing yet.
   *
   * @param receiver is given each item that is read
   * @param next tells where to go on after a page that ended with an item
   */
  ItemScan(Store store, ItemOrder order, Consumer<Item> receiver, Next next) {
    this.store = store;
    this.order = order;
    this.receiver = receiver;
    this.next = next;
    this.end = order.range().end().orElseThrow();
  }

  /**
   * Reads, once; completes with the revision, or fails with a {@link
   * io.coord.core.CompactedException} when that was compacted before all was read.
   */
  CompletableFuture<Long> run() {
    page(order.range().start());
    return done;
  }

  private void page(Bytes from) {
    if (from.compareTo(end) >= 0) {
      done.complete(revision);
      return;
    }
    RangeRequest request =
        RangeRequest.of(KeyRange.between(from, end)).limit(PAGE).keysOnly().atRevision(revision);
    Futures.onDone(store.range(request), this::read, done::completeExceptionally);
  }

  private void read(RangeResult page) {
    revision = revision == 0 ? page.revision() : revision;
    List<KeyValue> kvs = page.kvs();
    for (KeyValue kv : kvs) {
      if (order.isItem(kv.key())) {
        receiver.accept(Item.keyOnly(kv));
      }
    }
    if (page.more()) {
      goOnAfter(kvs.get(kvs.size() - 1).key());
    } else {
      done.complete(revision);
    }
  }

  private void goOnAfter(Bytes last) {
    if (order.isItem(last)) {
      Futures.onDone(next.after(last, revision), this::page, done::completeExceptionally);
    } else {
      page(order.after(last));
    }
  }
}
