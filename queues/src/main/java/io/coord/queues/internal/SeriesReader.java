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

/*
 * The first items of a queue in the order of revisions, without etcd sorting them. For a sorted range
 * etcd reads every item that there is; a range by key ends at its limit.
 *
 * Each lane of an Enqueuer puts keys of a series of its own, one group after the other. So within a
 * series the order of the keys is that of the revisions, and what is first in the queue is among the
 * first of each series:
 *
 *   series 1   a b c d | not read        The window ends at the earlier one of d and i: whatever was
 *   series 2   e f                       not read of a series comes after what was read of it.
 *   series 3   g h i | not read
 *
 * Series are found as the reading by key comes upon them: of each, as many items are read as the
 * window is to have, and then the rest is skipped. Each page is of its own time, and what came in after
 * the first is left out; what has left since is missing, as it should be.
 *
 * There is no window when the keys do not tell: one is of no series, as those of Go's clients are not;
 * or is no item, for it goes on after a further slash; or was written again by hand, and the revisions
 * are out of order; or there are too many series.
 */

/** One reading of the front of a queue, series by series. */
final class SeriesReader {

  private static final int MOST_PAGES = 16;

  private final Store store;
  private final ItemOrder order;
  private final long limit;
  private final Bytes end;
  private final CompletableFuture<Optional<Window>> done = new CompletableFuture<>();
  private final List<Item> items = new ArrayList<>();

  private int pages;
  private long firstRevision;
  private long count;
  private Optional<KeyRange> series = Optional.empty();
  private long ofSeries;
  private Optional<Item> last = Optional.empty();
  private Optional<Item> cut = Optional.empty();

  /**
   * Nothing is read yet.
   *
   * @param limit how many items the window has at least, if there are as many
   */
  SeriesReader(Store store, ItemOrder order, long limit) {
    this.store = store;
    this.order = order;
    this.limit = limit;
    this.end = order.range().end().orElseThrow();
  }

  /** Reads. Gives nothing when the order cannot be told from the keys. */
  CompletableFuture<Optional<Window>> run() {
    page(order.range().start());
    return done;
  }

  private void page(Bytes from) {
    if (from.compareTo(end) >= 0) {
      done.complete(Optional.of(window()));
      return;
    }
    if (pages++ == MOST_PAGES) {
      done.complete(Optional.empty());
      return;
    }
    RangeRequest request = RangeRequest.of(KeyRange.between(from, end)).limit(limit).keysOnly();
    Futures.onDone(store.range(request), this::read, done::completeExceptionally);
  }

  private void read(RangeResult page) {
    if (pages == 1) {
      firstRevision = page.revision();
      count = page.count();
    }
    for (KeyValue kv : page.kvs()) {
      if (!isInOrder(kv)) {
        done.complete(Optional.empty());
        return;
      }
    }
    if (!page.more()) {
      done.complete(Optional.of(window()));
    } else if (ofSeries < limit) {
      page(KeyRange.after(last.orElseThrow().key()));
    } else {
      cutSeries();
      page(series.orElseThrow().end().orElseThrow());
    }
  }

  /** Takes the next item; false if its place in the queue cannot be told from its key. */
  private boolean isInOrder(KeyValue kv) {
    if (series.isEmpty() || !series.get().contains(kv.key())) {
      series = order.series(kv.key());
      ofSeries = 0;
      last = Optional.empty();
    }
    if (series.isEmpty() || !order.isItem(kv.key()) || wasWrittenAgain(kv)) {
      return false;
    }
    Item item = Item.keyOnly(kv);
    ofSeries++;
    last = Optional.of(item);
    if (item.modRevision() <= firstRevision) {
      items.add(item);
    }
    return true;
  }

  /** Also if it was deleted before. */
  private boolean wasWrittenAgain(KeyValue kv) {
    return kv.createRevision() != kv.modRevision()
        || last.map(Item::modRevision).orElse(0L) > kv.modRevision();
  }

  /**
   * The rest of the series comes after what was read of it, and perhaps after the window's time.
   */
  private void cutSeries() {
    Item read = last.orElseThrow();
    if (read.modRevision() <= firstRevision
        && (cut.isEmpty() || order.comparator().compare(read, cut.get()) < 0)) {
      cut = Optional.of(read);
    }
  }

  private Window window() {
    cut.ifPresent(edge -> items.removeIf(item -> order.comparator().compare(item, edge) > 0));
    return new Window(firstRevision, items, cut, count);
  }
}
