package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The mutex on the simulated store, while something breaks. */
class MutexFaultsTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(2);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Coord c = etcd.coord("c");

  private Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  private LockHold held(Coord coord) {
    return etcd.await(Mutex.of(session(coord), "orders").lockAsync());
  }

  private CompletableFuture<LockHold> waiting(Session session) {
    CompletableFuture<LockHold> waiter = Mutex.of(session, "orders").lockAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("orders/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private HoldLoss.Reason lossOf(LockHold hold) {
    return etcd.await(hold.lost().toCompletableFuture()).reason();
  }

  @Test
  void holder_sessionDies_nextGetsItWithinTheTtlAndNoSoonerThanTheHolderKnows() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    Duration cut = etcd.now();
    etcd.faults().partition("a");
    etcd.await(() -> !first.isHeld() || second.isDone());

    assertThat(second).isNotDone();
    assertThat(lossOf(first)).isEqualTo(HoldLoss.Reason.SESSION_LOST);
    etcd.await(second);
    assertThat(etcd.now().minus(cut)).isLessThan(TTL.plusSeconds(2));
  }

  @Test
  void holder_processKilled_nextGetsItWithinTheTtl() {
    held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    Duration killed = etcd.now();
    etcd.faults().kill("a");
    etcd.await(second);

    assertThat(etcd.now().minus(killed)).isLessThan(TTL.plusSeconds(2));
  }

  @Test
  void waiter_inTheMiddleDies_theOneBehindStillWaitsForTheHolder() {
    LockHold first = held(a);
    Session doomed = session(b);
    CompletableFuture<LockHold> middle = waiting(doomed);
    CompletableFuture<LockHold> behind = waiting(session(c));
    etcd.faults().kill("b");
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(keys()).hasSize(2);
    assertThat(middle).isNotDone();
    assertThat(behind).isNotDone();
    etcd.await(first.releaseAsync());
    assertThat(etcd.await(behind).isHeld()).isTrue();
  }

  @Test
  void waiter_ownSessionDies_failsAtOnceWhileTheHolderHolds() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    etcd.faults().partition("b");
    etcd.run(second::isDone, TTL);

    assertThatThrownBy(() -> etcd.await(second)).isInstanceOf(SessionLostException.class);
    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void waiter_ownLeaseRevoked_failsAtOnceWhileTheHolderHolds() {
    LockHold first = held(a);
    Session revoked = session(b);
    CompletableFuture<LockHold> second = waiting(revoked);
    etcd.faults().revokeLease(revoked.leaseId());
    etcd.run(second::isDone, Duration.ofSeconds(1));

    assertThat(second).isCompletedExceptionally();
    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void waiter_ownKeyDeletedByHand_isToldAndNeverHolds() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    keys().stream()
        .filter(key -> !key.equals(first.key()))
        .forEach(key -> etcd.faults().deleteKey(Bytes.utf8(key)));

    assertThatThrownBy(() -> etcd.await(second)).isInstanceOf(KeyDeletedException.class);
    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void release_afterLoss_doesNotThrowAndReportsTheLoss() {
    LockHold hold = held(a);
    etcd.faults().partition("a", TTL.multipliedBy(2));
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(lossOf(hold)).isEqualTo(HoldLoss.Reason.SESSION_LOST);
  }

  @Test
  void release_whileEtcdIsDown_isPendingAndThenDoneByItself() {
    Session patient = etcd.await(a.openSessionAsync(TTL.multipliedBy(6)));
    LockHold hold = etcd.await(Mutex.of(patient, "orders").lockAsync());
    CompletableFuture<LockHold> second =
        waiting(etcd.await(b.openSessionAsync(TTL.multipliedBy(6))));
    etcd.faults().stopServer(a.config().requestTimeout().plusSeconds(1));

    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.PENDING);
    LockHold next = etcd.await(second);
    assertThat(next.isHeld()).isTrue();
    assertThat(keys()).containsExactly(next.key());
    assertThat(patient.isActive()).isTrue();
  }

  @Test
  void hold_sessionClosed_isLostWithThatReason() {
    Session closing = session(a);
    LockHold hold = etcd.await(Mutex.of(closing, "orders").lockAsync());
    etcd.await(closing.closeAsync());

    assertThat(lossOf(hold)).isEqualTo(HoldLoss.Reason.SESSION_CLOSED);
    assertThat(keys()).isEmpty();
  }

  @Test
  void hold_keyDeletedByHand_learnsItAndKeepsItsSession() {
    Session session = session(a);
    LockHold hold = etcd.await(Mutex.of(session, "orders").lockAsync());
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().deleteKey(Bytes.utf8(hold.key()));

    assertThat(lossOf(hold)).isEqualTo(HoldLoss.Reason.KEY_DELETED);
    assertThat(hold.isHeld()).isFalse();
    assertThat(session.isActive()).isTrue();
    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.HAD_BEEN_LOST);
  }

  @Test
  void lock_replyLost_isAcquiredOnce() {
    Mutex mutex = Mutex.of(session(a), "orders");
    etcd.faults().loseReply("a", RequestKind.TXN);
    LockHold hold = etcd.await(mutex.lockAsync());
    etcd.runFor(TTL);

    assertThat(keys()).containsExactly(hold.key());
    assertThat(hold.isHeld()).isTrue();
  }

  @Test
  void tryLock_replyLost_isAcquiredOnce() {
    Mutex mutex = Mutex.of(session(a), "orders");
    etcd.faults().loseReply("a", RequestKind.TXN);

    assertThat(etcd.await(mutex.tryLockAsync(TTL)))
        .hasValueSatisfying(hold -> assertThat(keys()).containsExactly(hold.key()));
  }

  @Test
  void lockAsync_cancelledAfterItsReplyWasLost_leavesNoKey() {
    Mutex mutex = Mutex.of(session(a), "orders");
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<LockHold> waiter = mutex.lockAsync();
    etcd.await(() -> keys().size() == 1);
    waiter.cancel(true);
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(keys()).isEmpty();
  }

  @Test
  void release_replyLost_doesNotReleaseTheNextHolder() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(first.releaseAsync());
    LockHold next = etcd.await(second);
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(next.isHeld()).isTrue();
    assertThat(keys()).containsExactly(next.key());
  }

  @Test
  void release_carriedOutTwice_doesNotReleaseTheNextHolder() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    etcd.await(first.releaseAsync());
    LockHold next = etcd.await(second);
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(next.isHeld()).isTrue();
  }

  @Test
  void tryLock_etcdDoesNotAnswer_failsWithinTheRequestTimeoutAndLeavesNoKey() {
    Duration bound = a.config().requestTimeout();
    Session patient = etcd.await(a.openSessionAsync(TTL.multipliedBy(6)));
    Duration begin = etcd.now();
    etcd.faults().partition("a", bound.plusSeconds(2));

    assertThatThrownBy(() -> etcd.await(Mutex.of(patient, "orders").tryLockAsync()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("orders/");
    assertThat(etcd.now().minus(begin)).isLessThanOrEqualTo(bound.plusMillis(1100));
    etcd.runFor(TTL.multipliedBy(3));
    assertThat(keys()).isEmpty();
    assertThat(patient.isActive()).isTrue();
  }

  @Test
  void wait_serverRestartsWhileSomebodyHolds_goesOn() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    etcd.faults().stopServer(Duration.ofSeconds(4));
    etcd.runFor(Duration.ofSeconds(6));

    assertThat(first.isHeld()).isTrue();
    assertThat(etcd.await(first.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(etcd.await(second).isHeld()).isTrue();
  }

  @Test
  void wait_compactionsLeaderChangesAndBrokenWatches_goesOn() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(session(b));
    for (int i = 0; i < 5; i++) {
      etcd.faults().breakWatches("b");
      etcd.await(
          etcd.client("writer" + i).txn(TxnRequest.of(Op.put(Bytes.utf8("x"), Bytes.EMPTY))));
      etcd.faults().compact();
      etcd.faults().changeLeader();
      etcd.runFor(Duration.ofSeconds(1));
      assertThat(second).isNotDone();
    }
    etcd.await(first.releaseAsync());
    assertThat(etcd.await(second).isHeld()).isTrue();
  }

  @Test
  void guard_ofAStaleHold_makesAPlainTransactionFail() {
    LockHold stale = held(a);
    CompletableFuture<LockHold> next = waiting(session(b));
    etcd.await(a.transaction().require(stale.guard()).put("row", "first").commitAsync());
    etcd.faults().pause("a");
    LockHold current = etcd.await(next);
    etcd.await(b.transaction().require(current.guard()).put("row", "second").commitAsync());
    etcd.faults().resume("a");

    assertThatThrownBy(
            () ->
                etcd.await(
                    a.transaction().require(stale.guard()).put("row", "stale").commitAsync()))
        .isInstanceOf(GuardFailedException.class)
        .hasMessageContaining(stale.key());
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row"))).get(0).value())
        .isEqualTo(Bytes.utf8("second"));
    assertThat(current.fencingToken()).isGreaterThan(stale.fencingToken());
  }

  @Test
  void guard_afterRelease_isRefused() {
    LockHold hold = held(a);
    etcd.await(hold.releaseAsync());

    assertThatThrownBy(
            () ->
                etcd.await(a.transaction().require(hold.guard()).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row")))).isEmpty();
  }
}
