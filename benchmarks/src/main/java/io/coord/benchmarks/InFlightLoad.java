package io.coord.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A closed loop of requests in flight: each answer sends the next request, from the thread that
 * brought it. No thread waits, so what is measured is the client and not the handing over of work
 * to it.
 */
public final class InFlightLoad implements Load {

  /** Sends one request. */
  @FunctionalInterface
  public interface Operation {

    /**
     * Neither blocks nor throws.
     *
     * @param slot which of the requests in flight it is, from 0
     */
    CompletableFuture<?> begin(int slot);
  }

  private final int slots;
  private final Operation operation;
  private final CountDownLatch idle;
  private final CompletableFuture<Void> broken = new CompletableFuture<>();
  private volatile boolean ending;

  public InFlightLoad(int slots, Operation operation) {
    this.slots = slots;
    this.operation = operation;
    this.idle = new CountDownLatch(slots);
  }

  @Override
  public void begin(Probe probe) {
    for (int slot = 0; slot < slots; slot++) {
      next(slot, probe);
    }
  }

  private void next(int slot, Probe probe) {
    if (ending) {
      idle.countDown();
      return;
    }
    long begunAt = System.nanoTime();
    CompletableFuture<?> unused =
        operation
            .begin(slot)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    probe.ended(begunAt);
                  } else {
                    ending = true;
                    broken.completeExceptionally(failure);
                  }
                  next(slot, probe);
                });
  }

  @Override
  public CompletableFuture<Void> broken() {
    return broken;
  }

  @Override
  public void end() throws InterruptedException {
    ending = true;
    idle.await();
  }
}
