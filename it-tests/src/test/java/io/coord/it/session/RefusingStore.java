package io.coord.it.session;

import io.coord.core.PermissionDeniedException;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import java.util.concurrent.CompletableFuture;

/** Denies what has to do with leases, as etcd or a proxy before it may, while it is told so. */
final class RefusingStore extends ForwardingStore {

  boolean refusesKeepAlives;
  boolean refusesRevocations;
  int keepAlives;
  int revocations;

  RefusingStore(Store store) {
    super(store);
  }

  @Override
  public CompletableFuture<Long> keepLeaseAlive(long id) {
    keepAlives++;
    return refusesKeepAlives ? refused() : super.keepLeaseAlive(id);
  }

  @Override
  public CompletableFuture<Boolean> revokeLease(long id) {
    revocations++;
    return refusesRevocations ? refused() : super.revokeLease(id);
  }

  private static <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(new PermissionDeniedException("not for you", null));
  }
}
