package io.coord.stm.internal;

import io.coord.core.internal.Futures;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Runs tasks on the thread that waits for their result, so that a blocking call needs no other. An
 * interrupted thread runs no more of them.
 */
final class CallerExecutor implements Executor {

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile CompletableFuture<Void> arrival = new CompletableFuture<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    arrival.complete(null);
  }

  /** Runs tasks until the future is done, whoever completes it. */
  void runUntilDone(CompletableFuture<?> future) throws InterruptedException {
    Futures.onDone(future, value -> execute(() -> {}), failure -> execute(() -> {}));
    while (!future.isDone()) {
      CompletableFuture<Void> next = new CompletableFuture<>();
      arrival = next;
      Runnable task = tasks.poll();
      if (task == null) {
        Futures.await(next);
      } else {
        task.run();
      }
    }
  }
}
