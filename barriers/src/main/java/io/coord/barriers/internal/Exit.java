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
 * once for all members of this process who see it in the same state.
 */

/** Leaves a double barrier. */
final class Exit implements Mirror.Observer {

  private final Store store;
  private final Roster roster;
  private final Mirrors mirrors;
  private final Membership membership;
  private final CompletableFuture<Boolean> result;

  private Exit(CoordRuntime coord, Roster roster, Membership membership) {
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
    bound.ifPresent(exit::endAfter);
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

  private void endAfter(Duration limit) {
    Timer timer = store.scheduler().schedule(limit, () -> result.complete(false));
    Futures.onDone(result, end -> timer.cancel(), failure -> timer.cancel());
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
    if (state.revision() < membership.lastIn() || roster.anyUpTo(state, membership.lastIn())) {
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
