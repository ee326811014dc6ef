package io.coord.stm.internal;

import io.coord.core.internal.Futures;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs tasks on the thread that waits for their result, so that a blocking call needs no other. */
final class CallerExecutor implements Executor {

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs tasks until the future is done, whoever completes it. */
  void runUntilDone(CompletableFuture<?> future) throws InterruptedException {
    Futures.onDone(future, value -> tasks.add(() -> {}), failure -> tasks.add(() -> {}));
    while (!future.isDone()) {
      tasks.take().run();
    }
  }
}
