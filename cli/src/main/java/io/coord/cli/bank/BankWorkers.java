package io.coord.cli.bank;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads that move money. The first failure stops all of them. Closing stops and awaits them.
 */
public final class BankWorkers implements AutoCloseable {

  private final Bank bank;
  private final BankPlan plan;
  private final BankTally tally = new BankTally();
  private final long begunAt = System.nanoTime();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private BankWorkers(Bank bank, BankPlan plan) {
    this.bank = bank;
    this.plan = plan;
    this.running = new CountDownLatch(plan.workers());
  }

  public static BankWorkers start(Bank bank, BankPlan plan) {
    BankWorkers workers = new BankWorkers(bank, plan);
    SplittableRandom seeds = new SplittableRandom(plan.seed());
    for (int i = 1; i <= plan.workers(); i++) {
      SplittableRandom random = seeds.split();
      workers.threads.add(new Thread(() -> workers.work(random), "bank-worker-" + i));
    }
    workers.threads.forEach(Thread::start);
    return workers;
  }

  public BankTally tally() {
    return tally;
  }

  /**
   * Waits for the workers, for some time.
   *
   * @return true when all are done
   * @throws IllegalStateException when one has failed, with its failure as the cause
   */
  public boolean await(Duration time) throws InterruptedException {
    boolean done = running.await(time.toNanos(), TimeUnit.NANOSECONDS);
    Throwable failed = failure.get();
    if (failed instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failed != null) {
      throw new IllegalStateException("a worker failed: " + failed, failed);
    }
    return done;
  }

  /** Stops the workers and waits for them; keeps the interrupt status. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean goesOn(long made) {
    if (plan.extent() instanceof Extent.Transfers transfers) {
      return made < transfers.ofEach();
    }
    return plan.extent() instanceof Extent.Time time
        && System.nanoTime() - begunAt < time.length().toNanos();
  }

  private void work(SplittableRandom random) {
    try {
      for (long made = 0; goesOn(made) && failure.get() == null; made++) {
        int from = random.nextInt(plan.accounts());
        int to = (from + 1 + random.nextInt(plan.accounts() - 1)) % plan.accounts();
        tally.count(bank.moveHalf(from, to).attempts());
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      running.countDown();
    }
  }
}
