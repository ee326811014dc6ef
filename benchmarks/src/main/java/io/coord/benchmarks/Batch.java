package io.coord.benchmarks;

import io.coord.core.internal.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A given number of requests, of which only so many are in flight at once. */
public final class Batch {

  private final int count;
  private final InFlightLoad.Operation operation;
  private final Probe probe;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger unanswered;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private Batch(int count, InFlightLoad.Operation operation, Probe probe) {
    this.count = count;
    this.operation = operation;
    this.probe = probe;
    this.unanswered = new AtomicInteger(count);
  }

  /**
   * Sends requests number 0 to {@code count - 1}, and waits for all answers.
   *
   * @throws RuntimeException what a request failed with; others may then be under way still
   */
  public static void run(int count, int inFlight, Probe probe, InFlightLoad.Operation operation)
      throws InterruptedException {
    Batch batch = new Batch(count, operation, probe);
    for (int i = 0; i < Math.min(count, inFlight); i++) {
      batch.sendNext();
    }
    Futures.await(batch.done);
  }

  private void sendNext() {
    int number = next.getAndIncrement();
    if (number >= count || done.isDone()) {
      return;
    }
    long begunAt = System.nanoTime();
    CompletableFuture<?> unused =
        operation
            .begin(number)
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null) {
                    done.completeExceptionally(failure);
                    return;
                  }
                  probe.ended(begunAt);
                  if (unanswered.decrementAndGet() == 0) {
                    done.complete(null);
                  }
                  sendNext();
                });
  }
}
