package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Delays that etcd itself keeps: leases that nobody keeps alive. Clocks of machines do not matter,
 * and a delay goes on when its maker dies. Whole seconds, rounded up; etcd makes short ones longer.
 * What is longer than a century is one.
 */
final class Delays {

  private Delays() {}

  /** A lease that runs out after a while. */
  static CompletableFuture<Long> grant(Store store, Duration delay) {
    long id = store.scheduler().randomLong() & Long.MAX_VALUE;
    long seconds = Math.max(1, Timeouts.check(delay).plusNanos(999_999_999).toSeconds());
    CompletableFuture<Long> granted = new CompletableFuture<>();
    Futures.onDone(
        store.grantLease(id == 0 ? 1 : id, seconds),
        (LeaseGrant grant) -> granted.complete(grant.id()),
        granted::completeExceptionally);
    return granted;
  }

  /**
   * Whether what failed in this way has put nothing, and will not: a loss of the session is told
   * before anything is sent, or else is of unknown outcome. What was cancelled may be under way.
   */
  static boolean isNotPut(Throwable failure) {
    return failure instanceof CoordException && !(failure instanceof OutcomeUnknownException);
  }

  /** Ends a lease on which nothing has come to depend; nothing else would, before its time. */
  static void giveUp(Store store, long lease) {
    Futures.onDone(store.revokeLease(lease), done -> {}, unanswered -> {});
  }

  /** Puts the key that exists until the delay is over. */
  static Op live(WorkKeys keys, long lease) {
    return Op.put(keys.live(WorkKeys.holder(lease)), Bytes.utf8("delay"), lease);
  }
}
