package io.coord.queues.internal;

import io.coord.core.CompactedException;
import io.coord.core.internal.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/*
 * A reading of several requests, the later ones as of the revision of the first. When that was
 * compacted meanwhile, it is read anew, as of a later moment; not for ever, though: where etcd is
 * compacted sooner than a reading takes, there is no end to that.
 */

/** One reading of what was there at one moment. On the store's thread. */
final class OneMoment<T> {

  private static final int MOST_READINGS = 8;

  private final Supplier<CompletableFuture<T>> reading;
  private final CompletableFuture<T> done = new CompletableFuture<>();
  private int readings;

  private OneMoment(Supplier<CompletableFuture<T>> reading) {
    this.reading = reading;
  }

  /**
   * Reads; fails with a {@link CompactedException} after the eighth reading that a compaction
   * overtook.
   *
   * @param reading begins anew each time
   */
  static <T> CompletableFuture<T> read(Supplier<CompletableFuture<T>> reading) {
    OneMoment<T> moment = new OneMoment<>(reading);
    moment.begin();
    return moment.done;
  }

  private void begin() {
    readings++;
    Futures.onDone(reading.get(), done::complete, this::failed);
  }

  private void failed(Throwable failure) {
    if (failure instanceof CompactedException && readings < MOST_READINGS) {
      begin();
    } else {
      done.completeExceptionally(failure);
    }
  }
}
