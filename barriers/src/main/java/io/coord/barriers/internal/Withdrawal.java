package io.coord.barriers.internal;

import io.coord.barriers.internal.Roster.Ready;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * One member's key is taken away, unless all have come before.
 *
 *   SENT --applied, or the key is gone----------------> gone
 *     ^ |--ready came first, for this member----------> in
 *     | |--refused, closed----------------------------> failed
 *     | '--ready of others only, no answer--.
 *     '---------- unless the session ended -'---------> gone
 *
 * The transaction fails when `ready` was written after the member had come. If that was for others
 * only, it is sent again, and fails when there is yet another one. Lost reply: a second copy finds the
 * member's own key gone, and then a later `ready` is not its own. The session's end takes the key away,
 * too.
 */

/** Takes a member that waits out of a double barrier. */
final class Withdrawal {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final LeaseSession session;
  private final Store store;
  private final Roster roster;
  private final Bytes key;
  private final long created;
  private final CompletableFuture<Optional<Ready>> result = new CompletableFuture<>();

  private Withdrawal(LeaseSession session, Roster roster, Bytes key, long created) {
    this.session = session;
    this.store = session.runtime().store();
    this.roster = roster;
    this.key = key;
    this.created = created;
  }

  /**
   * Begins it, on the store's thread.
   *
   * @return nothing once the key is gone; what says that the member is in, if that came first
   */
  static CompletableFuture<Optional<Ready>> begin(
      LeaseSession session, Roster roster, Bytes key, long created) {
    Withdrawal withdrawal = new Withdrawal(session, roster, key, created);
    withdrawal.send(Optional.empty());
    return withdrawal.result;
  }

  private void send(Optional<Ready> others) {
    if (session.ended().isPresent()) {
      result.complete(Optional.empty());
      return;
    }
    Futures.onDone(
        store.txn(roster.withdraw(key, created, others)),
        this::answered,
        failure -> {
          if (failure instanceof RefusedException || failure instanceof ClosedException) {
            result.completeExceptionally(failure);
          } else {
            store.scheduler().schedule(RETRY_PAUSE, () -> send(others));
          }
        });
  }

  private void answered(TxnResult answer) {
    if (answer.succeeded() || !isOwn(answer.range(1).first())) {
      result.complete(Optional.empty());
      return;
    }
    Optional<Ready> ready = answer.range(0).first().map(Roster::ready);
    if (ready.filter(found -> found.isFor(created)).isPresent()) {
      result.complete(ready);
    } else {
      send(ready);
    }
  }

  private boolean isOwn(Optional<KeyValue> found) {
    return found.filter(kv -> kv.createRevision() == created).isPresent();
  }
}
