package io.coord.core.internal.store;

import java.util.concurrent.CompletableFuture;

/**
 * etcd, as the primitives see it.
 *
 * <p>No method blocks. Futures are completed on the store's thread, so what is chained to them must
 * not block either; they fail with a {@link io.coord.core.CoordException} of these kinds:
 *
 * <ul>
 *   <li>{@link io.coord.core.UnavailableException}: no member answered in time. A transaction that
 *       must not be repeated was not applied, nor will be; it may be tried again.
 *   <li>{@link io.coord.core.OutcomeUnknownException}: it may have been applied, or may yet be: a
 *       request can wait in a frozen member and be carried out when that thaws. Only for a
 *       transaction that must not be repeated. Where its cause is a refusal, etcd has answered, and
 *       nothing is on its way any more.
 *   <li>{@link io.coord.core.RefusedException} and its kin: etcd said no; repeating is pointless. A
 *       put under a lease that does not exist is refused with {@link LeaseNotFoundException}.
 *   <li>{@link io.coord.core.ClosedException}: the store was closed. A transaction that must not be
 *       repeated was not applied, nor will be.
 * </ul>
 *
 * <p>Every call ends within the configured request timeout. Reads, lease calls and transactions
 * marked {@linkplain TxnRequest#harmlessToRepeat() harmless to repeat} are sent again to another
 * member when one is dead, frozen or cut off, until that timeout. They are never reported as
 * unknown: whoever may repeat a write need not know. So a write that may be repeated and fails as
 * unavailable or closed may have been applied, once or more often, or may yet be.
 */
public interface Store extends AutoCloseable {

  /**
   * Reads. A revision that no member has reached yet is waited for, at most the request timeout; so
   * it is by a transaction that only reads.
   */
  CompletableFuture<RangeResult> range(RangeRequest request);

  /** Applies a transaction. */
  CompletableFuture<TxnResult> txn(TxnRequest request);

  /**
   * Grants a lease under a number that the caller chose, so that a repeated request finds the lease
   * of the first. A number that is in use by somebody else must not be given: choose at random.
   */
  CompletableFuture<LeaseGrant> grantLease(long id, long ttlSeconds);

  /** Revokes a lease and deletes its keys; gives false when there was none. */
  CompletableFuture<Boolean> revokeLease(long id);

  /** Extends a lease to its full time to live; gives that in seconds, or 0 when there is none. */
  CompletableFuture<Long> keepLeaseAlive(long id);

  CompletableFuture<LeaseStatus> leaseStatus(long id);

  /** Watches a range for every change. */
  default Watch watch(KeyRange range, long startRevision, WatchListener listener) {
    return watch(range, startRevision, Changes.ALL, listener);
  }

  /**
   * Watches a range.
   *
   * @param startRevision the first revision to report; 0 for "from now on". One that is not greater
   *     than the compaction revision counts as compacted: etcd may have forgotten a deletion at
   *     that very revision
   */
  Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener);

  /** The store's clock and thread. */
  Scheduler scheduler();

  /**
   * Ends every call, watch, stream, timer and thread. Calls that are under way fail: with {@link
   * io.coord.core.OutcomeUnknownException} those transactions that must not be repeated and may
   * have been sent, all others with {@link io.coord.core.ClosedException}. Idempotent; may be
   * called from the store's thread.
   */
  @Override
  void close();
}
