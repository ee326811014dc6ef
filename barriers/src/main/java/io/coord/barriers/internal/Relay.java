package io.coord.barriers.internal;

import io.coord.core.internal.Futures;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/*
 * To wake a thread costs whoever does it some 20 us in the operating system. A barrier lets through
 * many threads at once: if the store's thread woke 64 of them one after the other, the last one would
 * go on more than a millisecond after the first. So those who are woken help to wake the others.
 *
 * Invariants
 *  - Only the wake-up of a thread is ever in `due`. What is chained to a future of ours, and the
 *    user's callbacks behind it, run where that future was completed, and never on a helper.
 *  - Whatever is in `due` is run soon. Who puts it there while nobody gathers empties the queue
 *    himself; who gathers empties it afterwards, and finds whatever was put there by somebody who
 *    still saw him gathering. Helpers only make it faster: nobody depends on them.
 *  - A failure is never put there: it comes to one thread, and perhaps at the end of everything.
 */

/** Lets threads that wait for the same thing wake one another. Safe to share between threads. */
final class Relay {

  private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
  private volatile boolean gathering;

  /** Runs something that completes futures, and then wakes all that wait for these. */
  void gather(Runnable completions) {
    gathering = true;
    try {
      completions.run();
    } finally {
      gathering = false;
      help();
    }
  }

  /**
   * Waits for a future and gives its value, or throws what it failed with. An interrupt cancels the
   * future.
   */
  <T> T await(CompletableFuture<T> future) throws InterruptedException {
    CompletableFuture<T> woken = new CompletableFuture<>();
    Futures.onDone(
        future, value -> wake(() -> woken.complete(value)), woken::completeExceptionally);
    try {
      return Futures.await(woken);
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } finally {
      help();
    }
  }

  private void wake(Runnable wakeUp) {
    due.add(wakeUp);
    if (!gathering) {
      help();
    }
  }

  private void help() {
    for (Runnable wakeUp = due.poll(); wakeUp != null; wakeUp = due.poll()) {
      wakeUp.run();
    }
  }
}
