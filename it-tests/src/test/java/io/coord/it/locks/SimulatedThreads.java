package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool.ManagedBlocker;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/*
 * A simulation has no threads: it stands still while nobody drives it, and one thread at a time may use
 * it. So whoever blocks on it needs a thread of his own, and the test's thread drives.
 *
 * Before each event the test's thread waits until every other one is at rest, which is: it has no call
 * to make, or waits for a future that is not done. At rest a thread does nothing before an event
 * completes its future, or the test's thread interrupts it. A call is one blocking method of Coord; what
 * such a method does after its wait touches the calling thread's own things and no more of the
 * simulation than a look at the clock and at its own ticket, so it may do that while the event that woke
 * it goes on. Therefore the simulation is never used by two at once, and the same seed gives the same
 * history: an interrupt or a timeout can be put before, between and after the very events of a grant.
 *
 * What is seen of another thread is the object that it is parked for. That of a CompletableFuture is a
 * ManagedBlocker, which is releasable as soon as its future is done, so a thread that has been woken
 * and does not run yet is not taken for one at rest. Reading it also makes visible here what the other
 * thread did before.
 */

/** Runs blocking calls in a simulation. */
public final class SimulatedThreads implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimulatedEtcd etcd;
  private final List<SimulatedThread> threads = new ArrayList<>();

  /** No thread yet. */
  public SimulatedThreads(SimulatedEtcd etcd) {
    this.etcd = etcd;
  }

  /** A thread that makes one call at a time. */
  public SimulatedThread start(String name) {
    SimulatedThread started = new SimulatedThread(name);
    threads.add(started);
    return started;
  }

  /** Runs the simulation for a while. */
  public void runFor(Duration length) {
    boolean unused =
        etcd.run(
            () -> {
              settle();
              return false;
            },
            length);
  }

  /** Lets one event happen. */
  public void step() {
    settle();
    etcd.step();
    settle();
  }

  /** Runs the simulation until a condition holds. */
  public void await(BooleanSupplier condition) {
    etcd.await(
        () -> {
          settle();
          return condition.getAsBoolean();
        });
  }

  private void settle() {
    threads.forEach(SimulatedThread::awaitRest);
  }

  @Override
  public void close() {
    threads.forEach(thread -> thread.thread.interrupt());
  }

  /** One of them. */
  public final class SimulatedThread {

    private final LinkedBlockingQueue<FutureTask<?>> calls = new LinkedBlockingQueue<>();
    private final Thread thread;
    private FutureTask<?> last = new FutureTask<>(() -> null);

    private SimulatedThread(String name) {
      last.run();
      thread = new Thread(this::work, name);
      thread.setDaemon(true);
      thread.start();
    }

    private void work() {
      try {
        while (true) {
          calls.take().run();
        }
      } catch (InterruptedException closed) {
        // Nothing more will be asked for.
      }
    }

    /** Begins a call, which runs until it is done or waits. */
    public <T> FutureTask<T> begin(Callable<T> call) {
      assertThat(last).as("the call before of " + thread.getName()).isDone();
      FutureTask<T> begun = new FutureTask<>(call);
      last = begun;
      calls.add(begun);
      awaitRest();
      return begun;
    }

    /** Makes a call, and runs the simulation until it is done. */
    public <T> T call(Callable<T> call) throws ExecutionException, InterruptedException {
      FutureTask<T> begun = begin(call);
      await(begun::isDone);
      return begun.get();
    }

    /** Makes a call that gives nothing, and runs the simulation until it is done. */
    public void run(Runnable call) throws ExecutionException, InterruptedException {
      call(
          () -> {
            call.run();
            return true;
          });
    }

    /** Interrupts its call, unless that is done. */
    public void interrupt() {
      awaitRest();
      if (!last.isDone()) {
        thread.interrupt();
        awaitRest();
      }
    }

    private void awaitRest() {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isAtRest()) {
        assertThat(deadline - System.nanoTime())
            .as(thread.getName() + " neither ends nor waits for a future")
            .isPositive();
        Thread.onSpinWait();
      }
    }

    private boolean isAtRest() {
      return last.isDone()
          || (!thread.isInterrupted()
              && LockSupport.getBlocker(thread) instanceof ManagedBlocker waiting
              && !waiting.isReleasable());
    }
  }
}
