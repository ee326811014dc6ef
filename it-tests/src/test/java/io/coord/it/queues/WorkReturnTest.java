package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The return of items whose holders are gone, also while etcd refuses to write. */
class WorkReturnTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int MANY = 150;

  /**
   * Refuses transactions as etcd does when its database is full, or watches, or answers no
   * transactions, when told to.
   */
  private static final class FullStore extends ForwardingStore {
    private boolean full;
    private boolean silent;
    private boolean watchDenied;
    private int watches;

    FullStore(Store store) {
      super(store);
    }

    @Override
    public Watch watch(
        KeyRange range, long startRevision, Changes changes, WatchListener listener) {
      watches++;
      if (watchDenied) {
        scheduler()
            .execute(() -> listener.onFailed(new PermissionDeniedException("not granted", null)));
        return () -> {};
      }
      return super.watch(range, startRevision, changes, listener);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      if (silent) {
        return CompletableFuture.failedFuture(new UnavailableException("no member", null));
      }
      return full
          ? CompletableFuture.failedFuture(new RefusedException("no space", null))
          : super.txn(request);
    }
  }

  private final SimulatedEtcd etcd = SimulatedEtcd.of(11);
  private final FullStore store = new FullStore(etcd.client("survivor"));
  private final Coord survivor =
      CoordRuntime.over(
          Coord.builder().endpoints("http://etcd:2379").name("survivor").build(),
          store,
          Runnable::run);
  private final Session holder = etcd.await(etcd.coord("holder").openSessionAsync(TTL));

  private WorkQueue<String> open() {
    return WorkQueue.of(etcd.await(survivor.openSessionAsync(TTL)), "work");
  }

  private void claimByTheHolder() {
    WorkQueue<String> queue = WorkQueue.of(holder, "work");
    etcd.await(queue.enqueueAsync("1", EnqueueOptions.defaults()));
    etcd.await(queue.claimAsync());
  }

  @Test
  void claim_holderDiedWhileEtcdRefusedToWrite_itemReturnsAfterwards() {
    WorkQueue<String> queue = open();
    claimByTheHolder();
    store.full = true;
    holder.closeAsync();
    etcd.runFor(A_MOMENT);
    store.full = false;
    etcd.runFor(LONG);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void claim_holderDiedWhileNoMemberAnswered_itemReturnsAfterwards() {
    WorkQueue<String> queue = open();
    claimByTheHolder();
    store.silent = true;
    holder.closeAsync();
    etcd.runFor(A_MOMENT);
    store.silent = false;
    etcd.runFor(A_MOMENT);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void claim_holderDiedAndTheWatchIsCompacted_itemReturns() {
    WorkQueue<String> queue = open();
    claimByTheHolder();
    etcd.faults().breakWatches("survivor");
    etcd.await(holder.closeAsync());
    etcd.await(etcd.client("operator").txn(TxnRequest.of(Op.put(Bytes.utf8("x"), Bytes.EMPTY))));
    etcd.faults().compact();
    etcd.runFor(A_MOMENT);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void open_etcdRefusesTheFirstLook_whatIsHeldByNobodyReturnsAfterwards() {
    claimByTheHolder();
    holder.closeAsync();
    etcd.runFor(A_MOMENT);
    WorkQueue<String> queue = open();
    store.full = true;
    etcd.runFor(A_MOMENT);
    store.full = false;
    etcd.runFor(LONG);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void open_watchIsDeniedAtFirst_whatIsHeldByNobodyReturnsOnceItIsAllowed() {
    store.watchDenied = true;
    WorkQueue<String> queue = open();
    etcd.runFor(A_MOMENT);
    store.watchDenied = false;
    claimByTheHolder();
    holder.closeAsync();
    etcd.runFor(LONG);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void open_watchIsDeniedUntilTheSessionEnds_isNotTriedAnyMore() {
    store.watchDenied = true;
    Session session = etcd.await(survivor.openSessionAsync(TTL));
    WorkQueue<String> unused = WorkQueue.of(session, "work");
    etcd.runFor(A_MOMENT);
    etcd.await(session.closeAsync());
    int before = store.watches;
    etcd.runFor(LONG);

    assertThat(store.watches).isEqualTo(before);
  }

  @Test
  void claims_moreThanOneAnswerTells_allReturnWhenTheirHolderIsGone() {
    WorkQueue<String> queue = open();
    WorkQueue<String> its = WorkQueue.of(holder, "work");
    for (int i = 0; i < MANY; i++) {
      etcd.await(its.enqueueAsync("v" + i, EnqueueOptions.defaults()));
      etcd.await(its.claimAsync());
    }
    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(0, MANY, 0));
    holder.closeAsync();
    etcd.runFor(LONG);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(MANY, 0, 0));
    Claim<String> first = etcd.await(queue.claimAsync());
    assertThat(first.value()).isEqualTo("v0");
    assertThat(first.attempt()).isEqualTo(2);
    assertThat(first.lastReason()).startsWith("the session of holder/").endsWith("acknowledged");
  }

  @Test
  void ack_itemReturnedAndWasClaimedAgainByTheSameSession_isRefused() {
    open();
    WorkQueue<String> its = WorkQueue.of(holder, "work");
    etcd.await(its.enqueueAsync("1", EnqueueOptions.defaults()));
    Claim<String> lost = etcd.await(its.claimAsync());
    KeyRange live = KeyRange.prefix(Bytes.utf8("__coord/work/work\0claim/live/"));
    etcd.faults().deleteKey(etcd.keys(live).get(0).key());
    Claim<String> again = etcd.await(its.claimAsync());

    assertThatThrownBy(() -> etcd.await(lost.ackAsync())).isInstanceOf(ClaimLostException.class);
    etcd.await(again.ackAsync());
  }

  @Test
  void claims_signOfTheirHolderDeletedByHand_returnAndItsNextClaimStands() {
    WorkQueue<String> queue = open();
    WorkQueue<String> its = WorkQueue.of(holder, "work");
    etcd.await(its.enqueueAsync("1", EnqueueOptions.defaults()));
    Claim<String> lost = etcd.await(its.claimAsync());
    KeyRange live = KeyRange.prefix(Bytes.utf8("__coord/work/work\0claim/live/"));
    Bytes sign = etcd.keys(live).get(0).key();
    etcd.await(etcd.client("operator").txn(TxnRequest.of(Op.delete(sign))));
    etcd.runFor(A_MOMENT);

    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
    assertThatThrownBy(() -> etcd.await(lost.ackAsync())).isInstanceOf(ClaimLostException.class);
    Claim<String> again = etcd.await(its.claimAsync());
    etcd.runFor(LONG);
    assertThat(etcd.keys(live)).extracting(KeyValue::key).containsExactly(sign);
    etcd.await(again.ackAsync());
  }
}
