package io.coord.core.internal;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/*
 * To wake a thread costs whoever does it 5 to 20 us in the operating system. A barrier lets through
 * many threads at once, and so does the answer of a transaction that many shared: if the store's thread
 * woke 64 of them one after the other, the last one would go on up to a millisecond after the first, and
 * nothing else be done meanwhile. So those who are woken help to wake the others. The first few are woken
 * while the futures of the rest are still being completed: they take as long to run as that does.
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
public final class Relay {

  /** Enough to help, and few enough to hold up the one who gathers by some 20 us only. */
  private static final int WOKEN_EARLY = 2;

  private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Thread gatherer;

  /** Whom the gathering thread has woken itself; of no use to any other. */
  private int wokenEarly;

  /** Nobody waits yet. */
  public Relay() {}

  /** Runs something that completes futures, and then wakes all that wait for these. */
  public void gather(Runnable completions) {
    wokenEarly = 0;
    gatherer = Thread.currentThread();
    try {
      completions.run();
    } finally {
      gatherer = null;
      help();
    }
  }

  /**
   * Waits for a future and gives its value, or throws what it failed with. An interrupt cancels the
   * future.
   */
  public <T> T await(CompletableFuture<T> future) throws InterruptedException {
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
    if (gatherer == Thread.currentThread() && wokenEarly < WOKEN_EARLY) {
      wokenEarly++;
      wakeUp.run();
      return;
    }
    due.add(wakeUp);
    if (gatherer == null) {
      help();
    }
  }

  private void help() {
    for (Runnable wakeUp = due.poll(); wakeUp != null; wakeUp = due.poll()) {
      wakeUp.run();
    }
  }
}
