package io.coord.barriers.internal;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * One member's way out of a double barrier: its own key is deleted, and then it waits until no key is
 * left that came no later than the last one of its round.
 *
 * Who comes afterwards has a later create revision, and does not count: a member that leaves late, or
 * hears late, is not held up by the next round. A member that died does not hold anybody up longer
 * than its lease. Whoever sees that all are gone deletes what is left over, if nobody has come since:
 * once for all members of this process who see it in the same state. Who no longer waits does so, too,
 * as soon as its own key is gone: nobody else may be left who will see it.
 *
 * Who gives no time at all looks once: at the first state without its own key.
 */

/** Leaves a double barrier. */
final class Exit implements Mirror.Observer {

  private final CoordRuntime coord;
  private final Store store;
  private final Roster roster;
  private final Mirrors mirrors;
  private final Membership membership;
  private final CompletableFuture<Boolean> result;

  /** On the store's thread, once it has begun. */
  private boolean looksOnce;

  private Exit(CoordRuntime coord, Roster roster, Membership membership) {
    this.coord = coord;
    this.store = coord.store();
    this.roster = roster;
    this.mirrors = Mirrors.of(coord);
    this.membership = membership;
    this.result = mirrors.endingWithTheConnection(new CompletableFuture<>());
  }

  /** Gives true when all have left, false when the time is over. */
  static CompletableFuture<Boolean> begin(
      CoordRuntime coord, Roster roster, Membership membership, Optional<Duration> bound) {
    Exit exit = new Exit(coord, roster, membership);
    bound.ifPresent(exit::limit);
    Futures.onDone(exit.result, all -> exit.tidyUnless(all), failure -> exit.tidyUnless(false));
    Futures.onDone(
        membership.ticket().leave(),
        gone -> {},
        failure -> {
          if (!(failure instanceof ClosedException)) {
            exit.result.completeExceptionally(failure);
          }
        });
    exit.store.scheduler().execute(exit::observe);
    return exit.result;
  }

  private void limit(Duration bound) {
    looksOnce = bound.isZero();
    Duration limit = looksOnce ? coord.config().requestTimeout() : bound;
    Timer timer = store.scheduler().schedule(limit, () -> result.complete(false));
    Futures.onDone(result, end -> timer.cancel(), failure -> timer.cancel());
  }

  private void tidyUnless(boolean isTidied) {
    if (!isTidied) {
      Futures.onDone(
          membership.ticket().leave(),
          gone -> Futures.onDone(store.txn(roster.tidy()), done -> {}, failure -> {}),
          failure -> {});
    }
  }

  private void observe() {
    Mirror mirror = mirrors.get(roster.range());
    mirror.add(this);
    Futures.onDone(
        result,
        end -> store.scheduler().execute(() -> mirror.remove(this)),
        failure -> store.scheduler().execute(() -> mirror.remove(this)));
  }

  @Override
  public void onState(Mirror state) {
    if (state.revision() < membership.lastIn()) {
      return;
    }
    if (roster.anyUpTo(state, membership.lastIn())) {
      if (looksOnce && state.get(membership.ticket().key()).isEmpty()) {
        result.complete(false);
      }
      return;
    }
    state.remove(this);
    Futures.onDone(
        state.sendOnce(roster.tidy()),
        done -> result.complete(true),
        failure -> result.complete(true));
  }

  @Override
  public void onFailed(CoordException cause) {
    result.completeExceptionally(cause);
  }
}
