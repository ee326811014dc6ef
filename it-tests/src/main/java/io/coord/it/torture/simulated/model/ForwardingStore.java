package io.coord.it.torture.simulated.model;

import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import java.util.concurrent.CompletableFuture;

/** Passes everything on to another store. */
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
