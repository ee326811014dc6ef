package io.coord.stm.internal;

import io.coord.core.Session;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out which session etcd meant when it refused a commit because a lease does not exist: it
 * does not say, and the commit may have named several.
 */
final class LeaseCheck {

  private final Store store;
  private final List<Session> sessions;

  LeaseCheck(Store store, List<Session> sessions) {
    this.store = store;
    this.sessions = sessions;
  }

  /** Why the first of the sessions whose lease is gone can be used no more; empty when none is. */
  CompletableFuture<Optional<RuntimeException>> lost() {
    CompletableFuture<Optional<RuntimeException>> answer = new CompletableFuture<>();
    look(0, answer);
    return answer;
  }

  private void look(int index, CompletableFuture<Optional<RuntimeException>> answer) {
    if (index == sessions.size()) {
      answer.complete(Optional.empty());
      return;
    }
    LeaseSession session = LeaseSession.of(sessions.get(index));
    Futures.onDone(
        store.leaseStatus(session.lease()),
        status -> {
          if (status.exists()) {
            look(index + 1, answer);
          } else {
            session.leaseGone("etcd refused a transaction that put a key under it");
            answer.complete(session.ended());
          }
        },
        answer::completeExceptionally);
  }
}
