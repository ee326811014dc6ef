package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.CompactedException;
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
 * the first. When that was compacted meanwhile, it is read anew, as of a later moment; not for ever,
 * though: where etcd is compacted sooner than a reading takes, there is no end to that.
 *
 * A page has so few keys because each value may have 1.5 MiB, and an answer is built in the memory of
 * etcd and of this process as one piece.
 */

/** One reading of a range whose values may be many and large. On the store's thread. */
final class MomentReader {

  private static final int PAGE = 64;
  private static final int MOST_READINGS = 8;

  private final Store store;
  private final KeyRange range;
  private final CompletableFuture<List<KeyValue>> done = new CompletableFuture<>();
  private final List<KeyValue> found = new ArrayList<>();
  private long revision;
  private int readings;

  private MomentReader(Store store, KeyRange range) {
    this.store = store;
    this.range = range;
  }

  /**
   * Reads it; gives the keys in their order, or fails with a {@link CompactedException} after the
   * eighth reading that a compaction overtook.
   */
  static CompletableFuture<List<KeyValue>> read(Store store, KeyRange range) {
    MomentReader reader = new MomentReader(store, range);
    reader.begin();
    return reader.done;
  }

  private void begin() {
    found.clear();
    revision = 0;
    readings++;
    page(range);
  }

  private void page(KeyRange rest) {
    Futures.onDone(
        store.range(RangeRequest.of(rest).limit(PAGE).atRevision(revision)),
        this::read,
        this::failed);
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

  private void failed(Throwable failure) {
    if (failure instanceof CompactedException && readings < MOST_READINGS) {
      begin();
    } else {
      done.completeExceptionally(failure);
    }
  }
}
