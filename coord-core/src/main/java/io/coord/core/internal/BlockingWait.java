package io.coord.core.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The wait of a thread for a future. A thread that is the only one of the process to wait spins
 * before it sleeps, while answers come soon: see {@link AdaptiveSpin}. Of several, each waits for
 * the others' answers too, and would spin for nothing.
 */
final class BlockingWait {

  /** Covers the answer of a member that is near, with the thread switches on its way. */
  private static final Duration LONGEST_SPIN = Duration.ofNanos(600_000);

  private static final AdaptiveSpin SPIN = AdaptiveSpin.upTo(LONGEST_SPIN);
  private static final AtomicInteger WAITING = new AtomicInteger();

  private BlockingWait() {}

  /** As {@link CompletableFuture#get()}. */
  static <T> T get(CompletableFuture<T> future) throws InterruptedException, ExecutionException {
    if (future.isDone()) {
      return future.get();
    }
    long begin = SPIN.nanoTime();
    WAITING.incrementAndGet();
    try {
      spin(future, begin, SPIN.nanos());
      return future.get();
    } finally {
      WAITING.decrementAndGet();
      SPIN.waited(SPIN.nanoTime() - begin);
    }
  }

  private static void spin(CompletableFuture<?> future, long begin, long length) {
    long lookedAt = begin;
    while (lookedAt - begin < length
        && SPIN.nanos() > 0
        && WAITING.get() == 1
        && !future.isDone()
        && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
      long now = SPIN.nanoTime();
      SPIN.lookedAfter(now - lookedAt);
      lookedAt = now;
    }
  }
}
