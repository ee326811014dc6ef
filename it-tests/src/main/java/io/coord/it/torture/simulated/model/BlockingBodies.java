package io.coord.it.torture.simulated.model;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Lets bodies of transactions, which block while they read, run in a simulation, which must not be
 * blocked.
 *
 * <p>Each task of a connection's executor gets a thread of its own, but only one thread runs at any
 * time: the simulation's waits while a task runs, and a task that waits for a read hands back to
 * the simulation until the answer is there. So a run stays as repeatable as the simulation is.
 */
public final class BlockingBodies implements AutoCloseable {

  private static final ThreadLocal<Strand> CURRENT = new ThreadLocal<>();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "simulated-body");
            thread.setDaemon(true);
            return thread;
          });

  /** A connection of the simulation on which bodies may block. */
  public Coord connect(SimulatedEtcd etcd, String name) {
    return connect(etcd, name, UnaryOperator.identity());
  }

  /** A connection whose requests go through what is put around its store. */
  public Coord connect(SimulatedEtcd etcd, String name, UnaryOperator<Store> around) {
    CoordRuntime plain = CoordRuntime.of(etcd.coord(name));
    return CoordRuntime.over(
        plain.config(),
        new WaitingStore(around.apply(plain.store())),
        task -> plain.callbacks().execute(() -> run(task)));
  }

  /** In a body: waits for something else than the transaction's own reads. */
  public static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    return Futures.await(waitable(future));
  }

  /** Ends the tasks that wait for what will never come. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void run(Runnable task) {
    Strand strand = new Strand(task);
    threads.execute(strand);
    strand.handOver();
  }

  private static <T> CompletableFuture<T> waitable(CompletableFuture<T> future) {
    Strand strand = CURRENT.get();
    if (strand == null) {
      return future;
    }
    Answer<T> answer = new Answer<>(strand);
    CompletableFuture<?> unused =
        future.handle(
            (value, thrown) -> {
              boolean done =
                  thrown == null ? answer.complete(value) : answer.completeExceptionally(thrown);
              strand.resume();
              return done;
            });
    return answer;
  }

  /** One task on its thread. */
  private static final class Strand implements Runnable {
    private final Runnable task;
    private final Semaphore mayRun = new Semaphore(0);
    private final Semaphore stopped = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private boolean parked;

    Strand(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      mayRun.acquireUninterruptibly();
      CURRENT.set(this);
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        failure.set(e);
      } finally {
        CURRENT.remove();
        stopped.release();
      }
    }

    /** On the simulation's thread: lets the task run until it waits or ends. */
    void handOver() {
      parked = false;
      mayRun.release();
      stopped.acquireUninterruptibly();
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new AssertionError("a task failed", thrown);
      }
    }

    /** On the task's thread: lets the simulation run until the task is resumed. */
    void park() throws InterruptedException {
      parked = true;
      stopped.release();
      mayRun.acquire();
    }

    void resume() {
      if (parked) {
        handOver();
      }
    }
  }

  /** An answer that the task waits for without holding up the simulation. */
  private static final class Answer<T> extends CompletableFuture<T> {
    private final Strand strand;

    Answer(Strand strand) {
      this.strand = strand;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
      while (!isDone()) {
        strand.park();
      }
      return super.get();
    }
  }

  /** Gives a task's reads as an {@link Answer}. */
  private static final class WaitingStore extends ForwardingStore {

    WaitingStore(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      return waitable(super.range(request));
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      return request.isReadOnly() ? waitable(super.txn(request)) : super.txn(request);
    }
  }
}
