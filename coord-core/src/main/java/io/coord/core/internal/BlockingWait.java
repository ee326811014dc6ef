package io.coord.core.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The wait of a thread for a future. Of all threads of the process that wait, one at a time spins
 * before it sleeps, and only while answers come soon: see {@link AdaptiveSpin}.
 */
final class BlockingWait {

  /** Covers the answer of a member that is near, with the thread switches on its way. */
  private static final Duration LONGEST_SPIN = Duration.ofNanos(400_000);

  private static final AdaptiveSpin SPIN = AdaptiveSpin.upTo(LONGEST_SPIN);
  private static final AtomicBoolean SOMEBODY_SPINS = new AtomicBoolean();

  private BlockingWait() {}

  /** As {@link CompletableFuture#get()}. */
  static <T> T get(CompletableFuture<T> future) throws InterruptedException, ExecutionException {
    if (future.isDone()) {
      return future.get();
    }
    long begin = SPIN.nanoTime();
    long length = SPIN.nanos();
    if (length > 0 && SOMEBODY_SPINS.compareAndSet(false, true)) {
      spin(future, begin, length);
      SOMEBODY_SPINS.set(false);
    }
    try {
      return future.get();
    } finally {
      SPIN.waited(SPIN.nanoTime() - begin);
    }
  }

  private static void spin(CompletableFuture<?> future, long begin, long length) {
    long lookedAt = begin;
    while (!future.isDone() && !Thread.currentThread().isInterrupted()) {
      long now = SPIN.nanoTime();
      SPIN.lookedAfter(now - lookedAt);
      if (now - begin >= length || SPIN.nanos() == 0) {
        return;
      }
      lookedAt = now;
      Thread.onSpinWait();
    }
  }
}
