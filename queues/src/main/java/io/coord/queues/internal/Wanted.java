package io.coord.queues.internal;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** An item that somebody wants, and how the caller gets it, blocking or not. */
public final class Wanted {

  /** How long a caller who gives up still waits for a take that may serve it. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Scheduler scheduler;
  private final Dequeuer dequeuer;
  private final Want want;

  private Wanted(CoordRuntime coord, Dequeuer dequeuer, Want.Patience patience) {
    this.coord = coord;
    this.scheduler = coord.store().scheduler();
    this.dequeuer = dequeuer;
    this.want = dequeuer.want(patience);
  }

  static Wanted whenThere(CoordRuntime coord, Dequeuer dequeuer) {
    return new Wanted(coord, dequeuer, Want.Patience.WAITS);
  }

  static Wanted ifThere(CoordRuntime coord, Dequeuer dequeuer) {
    return new Wanted(coord, dequeuer, Want.Patience.LOOKS_ONCE);
  }

  /** No time at all is enough to look whether there is one. */
  static Wanted within(CoordRuntime coord, Dequeuer dequeuer, Duration timeout) {
    if (timeout.isZero()) {
      return ifThere(coord, dequeuer);
    }
    Wanted wanted = whenThere(coord, dequeuer);
    wanted.giveUpAfter(timeout);
    return wanted;
  }

  private void giveUpAfter(Duration timeout) {
    Timer soft = scheduler.schedule(timeout, () -> dequeuer.giveUp(want));
    Timer hard = scheduler.schedule(timeout.plus(GRACE), () -> dequeuer.giveUpAtOnce(want));
    Runnable cancel =
        () -> {
          soft.cancel();
          hard.cancel();
        };
    Futures.onDone(want.result(), served -> cancel.run(), failure -> cancel.run());
  }

  /**
   * Blocks until an item is there, or it is known that there will be none. When an interrupt comes
   * while an item is being taken, that item is given, and the interrupt status is kept.
   *
   * @param view what the caller makes of the item
   */
  public <T> Optional<T> await(Function<Item, T> view) throws InterruptedException {
    Optional<Item> got;
    try {
      got = Futures.await(want.result().copy());
    } catch (InterruptedException e) {
      got = leave(e);
    }
    return got.map(view);
  }

  /**
   * Waits no longer: there will be nothing, or what is being taken at this moment, if that comes
   * within a second. Does not block.
   */
  public void giveUp() {
    giveUpAfter(Duration.ZERO);
    dequeuer.giveUp(want);
  }

  private Optional<Item> leave(InterruptedException interrupt) throws InterruptedException {
    giveUp();
    Optional<Item> got = Optional.empty();
    try {
      got = Futures.awaitUninterruptibly(want.result().copy());
    } catch (RuntimeException failure) {
      interrupt.addSuppressed(failure);
    }
    if (got.isEmpty()) {
      throw interrupt;
    }
    Thread.currentThread().interrupt();
    return got;
  }

  /**
   * The future for the user; it completes on the callback executor. An item that comes after it was
   * cancelled, or ended by its user in another way, goes to somebody else, or back.
   *
   * @param view what the user gets; when it throws, it has seen to the item
   */
  public <R> CompletableFuture<R> publish(Function<Optional<Item>, R> view) {
    return publish(view, item -> {});
  }

  /**
   * Does the same for an item that is nowhere else any more. One that came too late goes to
   * somebody else, or back, also when the view throws.
   *
   * @param view what the user gets
   */
  public <R> CompletableFuture<R> publishRemoved(Function<Optional<Item>, R> view) {
    return publish(view, dequeuer::handOver);
  }

  private <R> CompletableFuture<R> publish(
      Function<Optional<Item>, R> view, Consumer<Item> unheard) {
    CompletableFuture<R> theirs = new CompletableFuture<>();
    Futures.onDone(
        want.result(),
        got -> Futures.callBack(coord.callbacks(), () -> hand(theirs, got, view, unheard)),
        failure ->
            Futures.callBack(coord.callbacks(), () -> theirs.completeExceptionally(failure)));
    Futures.onDone(
        theirs, value -> want.result().cancel(true), failure -> want.result().cancel(true));
    return theirs;
  }

  private <R> void hand(
      CompletableFuture<R> theirs,
      Optional<Item> got,
      Function<Optional<Item>, R> view,
      Consumer<Item> unheard) {
    R value;
    try {
      value = view.apply(got);
    } catch (RuntimeException undecodable) {
      if (!theirs.completeExceptionally(undecodable)) {
        got.ifPresent(unheard);
      }
      return;
    }
    if (!theirs.complete(value)) {
      got.ifPresent(dequeuer::handOver);
    }
  }
}
