package io.coord.core.internal.store;

import java.util.concurrent.CompletableFuture;

/** Passes everything on to another store; the base of what changes some of it. */
public class ForwardingStore implements Store {

  private final Store store;

  /** In front of this store. */
  public ForwardingStore(Store store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<RangeResult> range(RangeRequest request) {
    return store.range(request);
  }

  @Override
  public CompletableFuture<TxnResult> txn(TxnRequest request) {
    return store.txn(request);
  }

  @Override
  public CompletableFuture<LeaseGrant> grantLease(long id, long ttlSeconds) {
    return store.grantLease(id, ttlSeconds);
  }

  @Override
  public CompletableFuture<Boolean> revokeLease(long id) {
    return store.revokeLease(id);
  }

  @Override
  public CompletableFuture<Long> keepLeaseAlive(long id) {
    return store.keepLeaseAlive(id);
  }

  @Override
  public CompletableFuture<LeaseStatus> leaseStatus(long id) {
    return store.leaseStatus(id);
  }

  @Override
  public Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    return store.watch(range, startRevision, changes, listener);
  }

  @Override
  public Scheduler scheduler() {
    return store.scheduler();
  }

  @Override
  public void close() {
    store.close();
  }
}
