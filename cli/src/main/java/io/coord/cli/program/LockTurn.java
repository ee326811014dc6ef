package io.coord.cli.program;

import io.coord.core.Release;
import io.coord.locks.LockHold;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * One acquisition, from the wait to the release:
 *
 *   waiting --acquired--> held --time is over, told to, or lost--> released
 *      '------given up, or failed-----------------------------------^
 *
 * `over` is completed by the first of those that end the hold; only then is the lock released, once.
 */

/** Waits for a lock, holds it for a time, and releases it, all in the background. */
final class LockTurn {

  private final String what;
  private final CompletableFuture<? extends LockHold> acquisition;
  private final long nanos;
  private final Consumer<String> out;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final CompletionStage<Void> acquired;

  /**
   * Begins it.
   *
   * @param what what is acquired, for people
   * @param acquisition gives the hold; cancelling it ends the wait
   * @param nanos how long to hold it
   */
  LockTurn(
      String what,
      CompletableFuture<? extends LockHold> acquisition,
      long nanos,
      Consumer<String> out) {
    this.what = what;
    this.acquisition = acquisition;
    this.nanos = nanos;
    this.out = out;
    this.acquired = acquisition.thenAccept(this::held).exceptionally(this::notHeld);
  }

  /** Completes when it is held, or was given up; fails with what kept it from being held. */
  CompletionStage<Void> acquired() {
    return acquired;
  }

  /** Completes when nothing is held or waited for any more. Never fails. */
  CompletableFuture<Void> done() {
    return done;
  }

  boolean isHeld() {
    return acquisition.isDone() && !done.isDone();
  }

  /** Releases what is held, or gives up the wait. */
  CompletableFuture<Void> end() {
    if (!acquisition.cancel(true)) {
      over.complete(null);
    }
    return done;
  }

  private void held(LockHold hold) {
    out.accept(
        "acquired " + what + ". key: " + hold.key() + ", token: " + hold.fencingToken().value());
    CompletionStage<Void> unused =
        hold.lost()
            .thenAccept(
                lost -> {
                  out.accept("lost " + what + ": " + lost.detail());
                  over.complete(null);
                });
    CompletionStage<Void> unusedToo =
        over.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
            .thenCompose(ended -> release(hold))
            .thenAccept(this::released);
  }

  /** Said before, since the next one may be told first that it holds. */
  private CompletableFuture<Release> release(LockHold hold) {
    out.accept("releasing " + what);
    return hold.releaseAsync();
  }

  private void released(Release found) {
    if (found != Release.HAD_BEEN_LOST) {
      out.accept("released " + what);
    }
    done.complete(null);
  }

  private @Nullable Void notHeld(Throwable failure) {
    done.complete(null);
    if (acquisition.isCancelled()) {
      out.accept("gave up " + what);
      return null;
    }
    throw new CompletionException(failure);
  }
}
