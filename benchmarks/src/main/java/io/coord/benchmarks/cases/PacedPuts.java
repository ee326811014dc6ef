package io.coord.benchmarks.cases;

import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Scratch;
import io.coord.core.Bytes;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A put every few milliseconds, each to a key of its own, whether or not the ones before have been
 * answered. Each may be repeated without harm, as the requests of the primitives may: it puts the
 * same again.
 */
final class PacedPuts implements AutoCloseable {

  private static final Duration PACE = Duration.ofMillis(5);

  private final Store store;
  private final Scratch scratch;
  private final AnswerLog log;
  private final Probe probe;
  private final Bytes value = Bytes.wrap(Puts.value());
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bench-pace"));
  private int number;

  PacedPuts(Store store, Scratch scratch, AnswerLog log, Probe probe) {
    this.store = store;
    this.scratch = scratch;
    this.log = log;
    this.probe = probe;
  }

  void begin() {
    Future<?> unused =
        clock.scheduleAtFixedRate(this::put, 0, PACE.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void put() {
    Bytes key = Bytes.utf8(scratch.key(String.format("%09d", number++)));
    long begunAt = System.nanoTime();
    log.sent();
    CompletableFuture<?> unused =
        store
            .txn(TxnRequest.of(Op.put(key, value)).harmlessToRepeat())
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    probe.ended(begunAt);
                    log.succeeded();
                  } else {
                    log.failed(failure);
                  }
                });
  }

  /** Sends no more, and waits for what is under way. */
  void end() throws InterruptedException {
    close();
    clock.awaitTermination(PACE.toSeconds() + 1, TimeUnit.SECONDS);
    log.awaitAnswers();
  }

  @Override
  public void close() {
    clock.shutdown();
  }
}
