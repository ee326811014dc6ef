package io.coord.queues;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import io.coord.queues.internal.Wanted;
import io.coord.queues.internal.WorkClaims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that claim the items of a {@link WorkQueue}, one after the other each, and work on them.
 * Ends when it is closed, and by itself when the session ends, and not before: an item whose
 * handler throws, an error too, or that the codec does not understand, goes back; while etcd
 * refuses to let items be claimed, it is asked again every second. So it is when it refuses, or is
 * out of reach, as an item is to be acknowledged or to go back, for as long as the session lives;
 * the threads go on meanwhile.
 */
public final class Worker implements AutoCloseable {

  private static final Duration JOIN_AT_ONCE = Duration.ofMillis(50);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final WorkClaims claims;
  private final String label;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean closing;

  private Worker(WorkClaims claims, String label) {
    this.claims = claims;
    this.label = label;
  }

  static <T, E extends Exception> Worker start(
      WorkQueue<T> queue,
      WorkClaims claims,
      String label,
      int parallelism,
      ThreadFactory factory,
      WorkHandler<T, E> handler) {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "the parallelism is " + parallelism + "; expected at least 1");
    }
    Worker worker = new Worker(claims, label);
    for (int i = 0; i < parallelism; i++) {
      Lane lane = new Lane();
      worker.lanes.add(lane);
      Thread thread = factory.newThread(() -> worker.run(lane, queue, handler));
      worker.threads.add(Objects.requireNonNull(thread, "the thread factory made no thread"));
    }
    worker.startThreads();
    return worker;
  }

  /** All of them, or none: nobody could end those that run when another cannot be started. */
  private void startThreads() {
    boolean started = false;
    try {
      threads.forEach(Thread::start);
      started = true;
    } finally {
      if (!started) {
        stopClaiming();
      }
    }
  }

  private <T, E extends Exception> void run(
      Lane lane, WorkQueue<T> queue, WorkHandler<T, E> handler) {
    try {
      while (!closing) {
        next(lane, queue, handler);
      }
    } catch (SessionLostException | ClosedException e) {
      log.info("{}: ends: {}", label, e.getMessage());
    }
  }

  /** One item, or what kept it from being claimed. Only the end of the session ends the lane. */
  private <T, E extends Exception> void next(
      Lane lane, WorkQueue<T> queue, WorkHandler<T, E> handler) {
    try {
      Optional<Claim<T>> claim = claim(lane, queue);
      lane.inTrouble = false;
      claim.ifPresent(item -> workOn(item, handler));
    } catch (InterruptedException e) {
      log.debug("{}: interrupted while it waited", label);
    } catch (UndecodableItemException e) {
      log.warn("{}: {}", label, e.getMessage());
    } catch (SessionLostException | ClosedException e) {
      throw e;
    } catch (CoordException e) {
      cannotClaim(lane, e);
    }
  }

  /** Nothing when the worker is closed; an item that is being claimed then comes all the same. */
  private <T> Optional<Claim<T>> claim(Lane lane, WorkQueue<T> queue) throws InterruptedException {
    Wanted next = claims.claimWhenThere();
    lane.waitsFor = Optional.of(next);
    if (closing) {
      next.giveUp();
    }
    return next.await(queue::claimed);
  }

  /** An interrupt that came with the item is none of the handler's, but for the owner's. */
  private <T, E extends Exception> void workOn(Claim<T> claim, WorkHandler<T, E> handler) {
    boolean interrupted = Thread.interrupted();
    if (closing) {
      settle(claim, claim.giveBackAtLast());
      return;
    }
    if (interrupted) {
      log.debug("{}: interrupted while it claimed", label);
    }
    handle(claim, handler);
  }

  private void cannotClaim(Lane lane, CoordException failure) {
    if (lane.inTrouble) {
      log.debug("{}: still cannot claim", label, failure);
    } else {
      lane.inTrouble = true;
      log.warn("{}: cannot claim, tries again: {}", label, failure.toString());
    }
    try {
      boolean unused = stopped.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      log.debug("{}: interrupted while it paused", label);
    }
  }

  private <T, E extends Exception> void handle(Claim<T> claim, WorkHandler<T, E> handler) {
    settle(claim, claim.endAtLast(failure(claim, handler)));
    if (!closing && Thread.interrupted()) {
      log.debug("{}: its handler left the thread interrupted", label);
    }
  }

  /** Catches errors too: the session would keep the item of a thread that is no more. */
  private <T, E extends Exception> Optional<String> failure(
      Claim<T> claim, WorkHandler<T, E> handler) {
    try {
      handler.handle(claim);
      return Optional.empty();
    } catch (Throwable thrown) {
      boolean isStopped = closing && thrown instanceof InterruptedException;
      return Optional.of(isStopped ? "the worker was stopped" : told(claim, thrown));
    }
  }

  /** Logs what was thrown, and gives its text, which is the user's code again and may throw too. */
  private String told(Claim<?> claim, Throwable thrown) {
    try {
      if (thrown instanceof Error) {
        log.error("{}: {} failed", label, claim, thrown);
      } else {
        log.debug("{}: {} failed", label, claim, thrown);
      }
      return Objects.requireNonNull(thrown.toString());
    } catch (RuntimeException | Error noText) {
      return thrown.getClass().getName() + ", whose text could not be had";
    }
  }

  /** Waits for the first try only, so that a worker can be closed. */
  private void settle(Claim<?> claim, CompletableFuture<Void> firstTry) {
    try {
      Futures.awaitUninterruptibly(firstTry);
    } catch (ClaimLostException | SessionLostException | ClosedException e) {
      log.info("{}: {}: {}", label, claim, e.getMessage());
    } catch (CoordException e) {
      log.warn(
          "{}: {} could not be ended, tries again while its session lives: {}",
          label,
          claim,
          e.toString());
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
   * is being claimed at that moment returns, and the attempt is not counted; that is waited for,
   * too, unless etcd does not answer for a second. Blocks for as long as the work takes, and one
   * try to acknowledge it, which in an outage ends with the session at the latest; when that fails,
   * it is tried again afterwards, until the session ends, and is not waited for. Called by the
   * handler, it waits for nothing: what runs ends after it. Idempotent; not interruptible, but the
   * thread's interrupt status is kept.
   */
  @Override
  public void close() {
    stopClaiming();
    if (!isWorkingHere()) {
      join(Optional.empty());
    }
  }

  /**
   * Stops claiming, waits for a while, and then interrupts what is still being worked on: its items
   * go back. Blocks until all threads have ended: work that takes no notice of an interrupt is
   * waited for. Called by the handler, it does what {@link #close()} does. Idempotent; not
   * interruptible, but the thread's interrupt status is kept.
   *
   * @param grace how long to wait before that; zero or more
   * @throws IllegalArgumentException when it is negative
   */
  public void close(Duration grace) {
    Duration checked = Timeouts.check(grace);
    if (isWorkingHere()) {
      close();
      return;
    }
    stopClaiming();
    join(Optional.of(checked));
    threads.forEach(Thread::interrupt);
    join(Optional.empty());
  }

  /** A handler that waited for its own thread, or for one that waits for it, would never end. */
  private boolean isWorkingHere() {
    return threads.contains(Thread.currentThread());
  }

  private void stopClaiming() {
    closing = true;
    stopped.countDown();
    lanes.forEach(lane -> lane.waitsFor.ifPresent(Wanted::giveUp));
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

  /** One thread, and what it waits for. */
  private static final class Lane {
    private volatile Optional<Wanted> waitsFor = Optional.empty();

    /** Whether items cannot be claimed at present; on its thread only. */
    private boolean inTrouble;
  }

  @Override
  public String toString() {
    return "Worker[" + label + ", " + threads.size() + " threads]";
  }
}
