package io.coord.queues;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that claim the items of a {@link WorkQueue}, one after the other each, and work on them.
 * Ends when it is closed, and by itself when the session ends.
 */
public final class Worker implements AutoCloseable {

  private static final Duration JOIN_AT_ONCE = Duration.ofMillis(50);

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final String label;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();
  private volatile boolean closing;

  private Worker(String label) {
    this.label = label;
  }

  static <T, E extends Exception> Worker start(
      WorkQueue<T> queue, String label, int parallelism, WorkHandler<T, E> handler) {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "the parallelism is " + parallelism + "; expected at least 1");
    }
    Worker worker = new Worker(label);
    for (int i = 1; i <= parallelism; i++) {
      Lane lane = new Lane();
      worker.lanes.add(lane);
      worker.threads.add(new Thread(() -> worker.run(lane, queue, handler), label + "-" + i));
    }
    worker.threads.forEach(Thread::start);
    return worker;
  }

  private <T, E extends Exception> void run(
      Lane lane, WorkQueue<T> queue, WorkHandler<T, E> handler) {
    try {
      while (!closing) {
        CompletableFuture<Claim<T>> next = queue.claimAsync();
        lane.waitsFor = Optional.of(next);
        if (closing) {
          next.cancel(true);
        }
        handle(Futures.await(next), handler);
      }
    } catch (CancellationException | InterruptedException e) {
      log.debug("{}: stops", label);
    } catch (SessionLostException | ClosedException e) {
      log.info("{}: ends: {}", label, e.getMessage());
    } catch (CoordException e) {
      log.warn("{}: ends, for items cannot be claimed", label, e);
    }
  }

  private <T, E extends Exception> void handle(Claim<T> claim, WorkHandler<T, E> handler)
      throws InterruptedException {
    Optional<String> failed = Optional.empty();
    try {
      handler.handle(claim);
    } catch (InterruptedException e) {
      settle(claim, Optional.of("the worker was stopped"));
      throw e;
    } catch (Exception e) {
      failed = Optional.of(e.toString());
      log.debug("{}: {} failed", label, claim, e);
    }
    settle(claim, failed);
  }

  /** Acknowledges, or gives back; a claim that could not be ended so ends with the session. */
  private <T> void settle(Claim<T> claim, Optional<String> failed) {
    CompletableFuture<Void> settled = failed.map(claim::nackAsync).orElseGet(claim::ackAsync);
    try {
      Futures.awaitUninterruptibly(settled);
    } catch (ClaimLostException | SessionLostException | ClosedException e) {
      log.info("{}: {}: {}", label, claim, e.getMessage());
    } catch (CoordException e) {
      log.warn("{}: {} could not be ended and returns when the session does", label, claim, e);
    }
  }

  /**
   * Tells whether any thread still claims or works. Does not block.
   *
   * @return false once all have ended
   */
  public boolean isRunning() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  /**
   * Stops claiming, and waits until what is being worked on is done and acknowledged. An item that
   * is being claimed at that moment returns, and the attempt is not counted. Blocks for as long as
   * the work takes. Idempotent; not interruptible, but the thread's interrupt status is kept.
   */
  @Override
  public void close() {
    stopClaiming();
    join(Optional.empty());
  }

  /**
   * Stops claiming, waits for a while, and then interrupts what is still being worked on: its items
   * go back. Blocks until all threads have ended: work that takes no notice of an interrupt is
   * waited for. Idempotent; not interruptible, but the thread's interrupt status is kept.
   *
   * @param grace how long to wait before that; zero or more
   * @throws IllegalArgumentException when it is negative
   */
  public void close(Duration grace) {
    Duration checked = Timeouts.check(grace);
    stopClaiming();
    join(Optional.of(checked));
    threads.forEach(Thread::interrupt);
    join(Optional.empty());
  }

  private void stopClaiming() {
    closing = true;
    lanes.forEach(lane -> lane.waitsFor.ifPresent(wait -> wait.cancel(true)));
  }

  private void join(Optional<Duration> atMost) {
    boolean interrupted = false;
    long end = System.nanoTime() + atMost.orElse(Duration.ZERO).toNanos();
    for (Thread thread : threads) {
      while (thread.isAlive() && !(atMost.isPresent() && end - System.nanoTime() <= 0)) {
        try {
          thread.join(JOIN_AT_ONCE.toMillis());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one thread waits for. */
  private static final class Lane {
    private volatile Optional<CompletableFuture<?>> waitsFor = Optional.empty();
  }

  @Override
  public String toString() {
    return "Worker[" + label + ", " + threads.size() + " threads]";
  }
}
