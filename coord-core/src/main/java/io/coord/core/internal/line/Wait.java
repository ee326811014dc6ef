package io.coord.core.internal.line;

import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/*
 * One caller's wait for its ticket.
 *
 *   WAITING --granted--> result: the grant
 *      |'---failed-----> result: the failure
 *      '----given up---> the ticket leaves; once its key is gone, result: empty
 *                        (or a failure, when even that somebody is before it was not known in time)
 *
 * Exactly one of these happens, whichever comes first (`decided`). Giving up, by timeout, by cancel or
 * by interrupt, always makes the ticket leave: a grant that comes at the same moment is left again and
 * never handed out. So no key outlives a wait that did not succeed.
 *
 * A grant may reach the caller late: his thread has to run, or his executor to come to it, and the
 * process may be stopped meanwhile. So the ticket is looked at once more right before; one that is lost
 * by then makes the wait fail, and has no key any more but one that goes with its lease.
 *
 * A wait that gave up ends when the key is gone, or a second later if etcd cannot be reached: then
 * the deletion goes on by itself until it succeeds or the lease ends.
 */

/** Waits for a ticket, blocking or not. Safe to share between threads. */
public final class Wait {

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Ticket ticket;
  private final Scheduler scheduler;
  private final AtomicBoolean decided = new AtomicBoolean();
  private final CompletableFuture<Optional<Grant>> result = new CompletableFuture<>();

  private Wait(Ticket ticket) {
    this.ticket = ticket;
    this.scheduler = ticket.session().runtime().store().scheduler();
  }

  private Wait follow() {
    Futures.onDone(
        ticket.granted(),
        grant -> decide(() -> result.complete(Optional.of(grant))),
        failure -> decide(() -> result.completeExceptionally(failure)));
    return this;
  }

  /** Waits until the ticket is granted. */
  public static Wait forever(Ticket ticket) {
    return new Wait(ticket).follow();
  }

  /** Waits for no longer than a time, then leaves. */
  public static Wait atMost(Ticket ticket, Duration timeout) {
    Wait wait = new Wait(ticket);
    Timer timer = wait.scheduler.schedule(timeout, wait::giveUp);
    Futures.onDone(wait.result, done -> timer.cancel(), failure -> timer.cancel());
    return wait.follow();
  }

  /** As {@link #atMost}, or as {@link #notAtAll} where no time is given. */
  public static Wait within(Ticket ticket, Duration timeout) {
    return timeout.isZero() ? notAtAll(ticket) : atMost(ticket, timeout);
  }

  /**
   * Leaves as soon as it is known that somebody is before the ticket; leaves and fails when that
   * cannot be known within the request timeout.
   */
  public static Wait notAtAll(Ticket ticket) {
    Wait wait = new Wait(ticket);
    Duration bound = ticket.session().runtime().config().requestTimeout();
    Timer timer = wait.scheduler.schedule(bound, () -> wait.giveUpUnanswered(bound));
    Futures.onDone(wait.result, done -> timer.cancel(), failure -> timer.cancel());
    Futures.onDone(ticket.mustWait(), yes -> wait.giveUp(), failure -> {});
    return wait.follow();
  }

  /**
   * Blocks until the wait ends; gives the grant, or nothing after giving up. An interrupt gives up.
   */
  public Optional<Grant> await() throws InterruptedException {
    try {
      return lastLook(Futures.await(result.copy()));
    } catch (InterruptedException e) {
      abandon();
      throw e;
    }
  }

  /** Blocks until the wait ends, whatever interrupts; keeps the interrupt status. */
  public Optional<Grant> awaitUninterruptibly() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return lastLook(Futures.await(result.copy()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The future for the user; cancelling it makes the ticket leave.
   *
   * @param view what the user gets for the result of the wait
   */
  public <T> CompletableFuture<T> publish(Function<Optional<Grant>, T> view, Executor callbacks) {
    CompletableFuture<Optional<Grant>> ours = result.copy();
    Futures.onDone(
        ours,
        value -> {},
        failure -> {
          if (ours.isCancelled()) {
            leave();
          }
        });
    return Futures.publish(ours, callbacks, end -> view.apply(lastLook(end)), tooLate -> leave());
  }

  private Optional<Grant> lastLook(Optional<Grant> end) {
    if (end.isPresent()) {
      ticket.throwIfLost();
    }
    return end;
  }

  /** Nobody waits any more; if the ticket was granted meanwhile, it is left all the same. */
  private void abandon() {
    giveUp();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    whenGone(() -> gone.complete(null));
    Futures.awaitUninterruptibly(gone);
  }

  private void giveUp() {
    decide(() -> whenGone(() -> result.complete(Optional.empty())));
  }

  private void giveUpUnanswered(Duration bound) {
    String what = "whether anybody is before " + ticket.key() + " was not known within " + bound;
    UnavailableException cause = new UnavailableException(what, null);
    decide(() -> whenGone(() -> result.completeExceptionally(cause)));
  }

  private void leave() {
    CompletableFuture<Ticket.Departure> unused = ticket.leave();
  }

  private void decide(Runnable conclusion) {
    if (decided.compareAndSet(false, true)) {
      conclusion.run();
    }
  }

  private void whenGone(Runnable then) {
    Timer timer = scheduler.schedule(GRACE, then);
    Futures.onDone(
        ticket.leave(),
        departure -> {
          timer.cancel();
          then.run();
        },
        failure -> {
          timer.cancel();
          then.run();
        });
  }
}
