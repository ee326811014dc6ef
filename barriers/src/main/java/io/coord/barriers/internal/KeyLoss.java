package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import java.util.concurrent.CompletableFuture;

/** Finds out why the key of a member that waits for the others is gone. */
final class KeyLoss {

  private KeyLoss() {}

  /**
   * A key that is gone may be the first sign of a lease that is: etcd is asked, unless the session
   * is known to have ended.
   */
  static CompletableFuture<RuntimeException> reason(
      LeaseSession session, Bytes key, HoldLoss loss) {
    CompletableFuture<RuntimeException> reason = new CompletableFuture<>();
    if (session.ended().isPresent()) {
      reason.complete(session.ended().get());
      return reason;
    }
    Futures.onDone(
        session.runtime().store().keepLeaseAlive(session.lease()),
        ttlSeconds -> {
          if (ttlSeconds <= 0) {
            session.leaseGone("etcd no longer has its lease, and deleted " + key.utf8());
          }
          reason.complete(asFarAsKnown(session, key, loss));
        },
        unanswered -> reason.complete(asFarAsKnown(session, key, loss)));
    return reason;
  }

  private static RuntimeException asFarAsKnown(LeaseSession session, Bytes key, HoldLoss loss) {
    return session
        .ended()
        .orElseGet(
            () ->
                new KeyDeletedException(
                    "the key "
                        + key.utf8()
                        + " was deleted while its member waited for the others: "
                        + loss.detail()
                        + "; enter again",
                    null));
  }
}
