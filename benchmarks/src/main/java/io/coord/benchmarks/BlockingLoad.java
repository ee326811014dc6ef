package io.coord.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A closed loop of blocking operations: each worker has a thread, and begins when it has ended. */
public final class BlockingLoad implements Load {

  /** What one worker does again and again; called by its own thread only. */
  @FunctionalInterface
  public interface Worker {
    void operate() throws InterruptedException;
  }

  /** Who tells the probe how long an operation took. */
  private enum Timing {
    THE_LOAD,
    THE_WORKER
  }

  private final WorkerThreads kind;
  private final List<Worker> workers;
  private final Timing timing;
  private final List<Thread> threads = new ArrayList<>();
  private final CompletableFuture<Void> broken = new CompletableFuture<>();
  private volatile boolean ending;

  /** An operation lasts for as long as the worker's method. */
  public BlockingLoad(WorkerThreads kind, List<? extends Worker> workers) {
    this(kind, workers, Timing.THE_LOAD);
  }

  private BlockingLoad(WorkerThreads kind, List<? extends Worker> workers, Timing timing) {
    this.kind = kind;
    this.workers = List.copyOf(workers);
    this.timing = timing;
  }

  /** What an operation is, and how long it lasts, the workers tell the probe themselves. */
  public static BlockingLoad tellingItself(WorkerThreads kind, List<? extends Worker> workers) {
    return new BlockingLoad(kind, workers, Timing.THE_WORKER);
  }

  @Override
  public void begin(Probe probe) {
    for (Worker worker : workers) {
      threads.add(kind.start("bench-worker-" + threads.size(), () -> loop(worker, probe)));
    }
  }

  private void loop(Worker worker, Probe probe) {
    try {
      while (!ending) {
        long begunAt = System.nanoTime();
        worker.operate();
        if (timing == Timing.THE_LOAD) {
          probe.ended(begunAt);
        }
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      ending = true;
      broken.completeExceptionally(e);
    }
  }

  @Override
  public CompletableFuture<Void> broken() {
    return broken;
  }

  @Override
  public void end() throws InterruptedException {
    ending = true;
    for (Thread thread : threads) {
      if (broken.isDone()) {
        // What one holds that broke, the others would wait for.
        thread.interrupt();
      }
      thread.join();
    }
  }
}
