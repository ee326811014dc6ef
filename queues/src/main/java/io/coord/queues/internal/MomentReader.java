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
import java.util.concurrent.CompletableFuture;

/*
 * A range with its values as it was at one moment, a page at a time: all pages are of the revision of
 * the first.
 *
 * A page has so few keys because each value may have 1.5 MiB, and an answer is built in the memory of
 * etcd and of this process as one piece.
 */

/** One reading of a range whose values may be many and large. On the store's thread. */
final class MomentReader {

  private static final int PAGE = 64;

  private final Store store;
  private final KeyRange range;
  private final CompletableFuture<List<KeyValue>> done = new CompletableFuture<>();
  private final List<KeyValue> found = new ArrayList<>();
  private long revision;

  private MomentReader(Store store, KeyRange range) {
    this.store = store;
    this.range = range;
  }

  /**
   * Reads it; gives the keys in their order, or fails with a {@link
   * io.coord.core.CompactedException} as {@link OneMoment} does.
   */
  static CompletableFuture<List<KeyValue>> read(Store store, KeyRange range) {
    return OneMoment.read(() -> new MomentReader(store, range).run());
  }

  private CompletableFuture<List<KeyValue>> run() {
    page(range);
    return done;
  }

  private void page(KeyRange rest) {
    Futures.onDone(
        store.range(RangeRequest.of(rest).limit(PAGE).atRevision(revision)),
        this::read,
        done::completeExceptionally);
  }

  private void read(RangeResult page) {
    found.addAll(page.kvs());
    if (page.more()) {
      revision = revision == 0 ? page.revision() : revision;
      Bytes last = found.get(found.size() - 1).key();
      page(KeyRange.between(KeyRange.after(last), range.end().orElseThrow()));
    } else {
      done.complete(found);
    }
  }
}
