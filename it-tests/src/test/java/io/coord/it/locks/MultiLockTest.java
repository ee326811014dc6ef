package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import io.coord.locks.MultiLock;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several locks at once on the simulated store. */
class MultiLockTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(3);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Session ours = etcd.await(a.openSessionAsync(TTL));
  private final Session theirs = etcd.await(b.openSessionAsync(TTL));

  private LockHold taken(String name) {
    return etcd.await(Mutex.of(theirs, name).lockAsync());
  }

  private CompletableFuture<MultiHold> waiting(MultiLock locks) {
    CompletableFuture<MultiHold> waiter = locks.lockAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  /** Of all keys but the fences, which stay with their session (docs/keys.md). */
  private List<String> lockedNames() {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream()
        .map(kv -> kv.key().utf8())
        .filter(key -> !key.contains("\0"))
        .map(key -> key.substring(0, key.lastIndexOf('/')))
        .toList();
  }

  @Test
  void lock_allFree_holdsEachWithATokenOfItsOwnInTheOrderOfKeys() {
    MultiHold hold = etcd.await(MultiLock.of(ours, "c", "a", "b").lockAsync());

    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.holds().keySet()).containsExactly("a", "b", "c");
    assertThat(hold.holds().values().stream().map(one -> one.fencingToken().value()))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(hold.hold("b").key()).startsWith("b/");
    assertThat(lockedNames()).containsExactly("a", "b", "c");
    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(lockedNames()).isEmpty();
    assertThat(hold.isHeld()).isFalse();
  }

  @Test
  void of_nameGivenTwice_isLockedOnce() {
    MultiLock locks = MultiLock.of(ours, "b", "a", "b");

    assertThat(locks.names()).containsExactly("a", "b");
    etcd.await(locks.lockAsync());
    assertThat(lockedNames()).containsExactly("a", "b");
  }

  @Test
  void of_noNameOrAnEmptyOne_isRefused() {
    assertThatThrownBy(() -> MultiLock.of(ours))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> MultiLock.of(ours, "a", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is empty");
    assertThat(lockedNames()).isEmpty();
  }

  @Test
  void hold_ofAnotherName_isRefused() {
    MultiHold hold = etcd.await(MultiLock.of(ours, "a").lockAsync());
    assertThatThrownBy(() -> hold.hold("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a]");
  }

  @Test
  void lock_oneTaken_holdsTheEarlierAndWaitsWithoutAskingForTheLater() {
    LockHold stranger = taken("b");
    CompletableFuture<MultiHold> waiter = waiting(MultiLock.of(ours, "a", "b", "c"));
    assertThat(lockedNames()).containsExactly("a", "b", "b");

    etcd.await(stranger.releaseAsync());
    assertThat(etcd.await(waiter).isHeld()).isTrue();
    assertThat(lockedNames()).containsExactly("a", "b", "c");
  }

  @Test
  void tryLock_oneTaken_givesNothingAndLeavesNoKey() {
    taken("b");
    assertThat(etcd.await(MultiLock.of(ours, "a", "b", "c").tryLockAsync())).isEmpty();
    assertThat(lockedNames()).containsExactly("b");
    assertThat(etcd.await(MultiLock.of(ours, "a", "c").tryLockAsync())).isPresent();
  }

  @Test
  void tryLock_timeOver_givesNothingAndLeavesNoKey() {
    LockHold first = taken("a");
    taken("b");
    CompletableFuture<Optional<MultiHold>> waiter =
        MultiLock.of(ours, "a", "b").tryLockAsync(A_MOMENT.multipliedBy(2));
    etcd.runFor(A_MOMENT);
    etcd.await(first.releaseAsync());
    etcd.runFor(A_MOMENT.dividedBy(2));
    assertThat(lockedNames()).containsExactly("a", "b", "b");
    etcd.runFor(A_MOMENT);

    assertThat(waiter).isCompletedWithValue(Optional.empty());
    assertThat(lockedNames()).containsExactly("b");
  }

  @Test
  void tryLock_negativeTimeout_isRefused() {
    assertThatThrownBy(() -> MultiLock.of(ours, "a").tryLockAsync(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(etcd.await(MultiLock.of(ours, "a").tryLockAsync(Duration.ZERO))).isPresent();
  }

  @Test
  void tryLock_etcdDoesNotAnswer_failsAndLeavesNoKey() {
    Session patient = etcd.await(a.openSessionAsync(TTL.multipliedBy(6)));
    etcd.faults().partition("a", a.config().requestTimeout().plusSeconds(2));

    assertThatThrownBy(() -> etcd.await(MultiLock.of(patient, "a", "b").tryLockAsync()))
        .isInstanceOf(UnavailableException.class);
    etcd.runFor(TTL.multipliedBy(3));
    assertThat(lockedNames()).isEmpty();
  }

  @Test
  void lockAsync_cancelledWhileItWaitsForALaterOne_leavesNoKey() {
    taken("b");
    CompletableFuture<MultiHold> waiter = waiting(MultiLock.of(ours, "a", "b"));
    waiter.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(lockedNames()).containsExactly("b");
  }

  @Test
  void lockAsync_cancelledBeforeTheExecutorComesToIt_leavesNoKey() {
    Queue<Runnable> callbacks = new ArrayDeque<>();
    Coord slow = CoordRuntime.over(a.config(), etcd.client("slow"), callbacks::add);
    CompletableFuture<Session> opened = slow.openSessionAsync(TTL);
    etcd.await(() -> !callbacks.isEmpty());
    callbacks.remove().run();
    CompletableFuture<MultiHold> late = MultiLock.of(opened.join(), "a", "b").lockAsync();
    etcd.await(() -> !callbacks.isEmpty());
    assertThat(late.cancel(true)).isTrue();
    callbacks.remove().run();
    etcd.runFor(A_MOMENT);

    assertThat(lockedNames()).isEmpty();
  }

  @Test
  void tryLock_timeOverWhileNoMemberAnswers_endsASecondLater() {
    taken("b");
    Duration time = Duration.ofSeconds(1);
    CompletableFuture<Optional<MultiHold>> attempt =
        MultiLock.of(ours, "a", "b").tryLockAsync(time);
    etcd.runFor(A_MOMENT);
    etcd.faults().stopServer(TTL);
    etcd.runFor(time.plusSeconds(1));

    assertThat(attempt).isCompletedWithValue(Optional.empty());
  }

  @Test
  void lock_twoCallersWithReversedOrders_bothGetThem() {
    CompletableFuture<MultiHold> one = MultiLock.of(ours, "a", "b").lockAsync();
    CompletableFuture<MultiHold> two = MultiLock.of(theirs, "b", "a").lockAsync();
    etcd.await(() -> one.isDone() || two.isDone());
    etcd.runFor(A_MOMENT);

    assertThat(one.isDone() && two.isDone()).isFalse();
    etcd.await(etcd.await(one.isDone() ? one : two).releaseAsync());
    assertThat(etcd.await(CompletableFuture.allOf(one, two))).isNull();
  }

  @Test
  void lock_oneThatWasGrantedIsLostMeanwhile_failsAndLeavesNoKey() {
    taken("b");
    CompletableFuture<MultiHold> waiter = waiting(MultiLock.of(ours, "a", "b"));
    etcd.runFor(Duration.ofSeconds(1));
    etcd.keys(KeyRange.prefix(Bytes.utf8("a/"))).forEach(kv -> etcd.faults().deleteKey(kv.key()));

    assertThatThrownBy(() -> etcd.await(waiter)).isInstanceOf(KeyDeletedException.class);
    assertThat(lockedNames()).containsExactly("b");
  }

  @Test
  void lock_sessionLostWhileItWaits_failsAtOnce() {
    LockHold stranger = taken("b");
    CompletableFuture<MultiHold> waiter = waiting(MultiLock.of(ours, "a", "b"));
    etcd.faults().partition("a", TTL.multipliedBy(2));
    etcd.run(waiter::isDone, TTL);

    assertThatThrownBy(() -> etcd.await(waiter)).isInstanceOf(SessionLostException.class);
    assertThat(stranger.isHeld()).isTrue();
    assertThatThrownBy(() -> etcd.await(MultiLock.of(ours, "c").lockAsync()))
        .isInstanceOf(SessionLostException.class);
  }

  @Test
  void lost_oneKeyDeletedByHand_tellsItAndReleaseFreesTheOthers() {
    MultiHold hold = etcd.await(MultiLock.of(ours, "a", "b").lockAsync());
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().deleteKey(Bytes.utf8(hold.hold("b").key()));
    HoldLoss loss = etcd.await(hold.lost().toCompletableFuture());

    assertThat(loss.reason()).isEqualTo(HoldLoss.Reason.KEY_DELETED);
    assertThat(loss.detail()).contains(hold.hold("b").key());
    assertThat(hold.isHeld()).isFalse();
    assertThat(hold.hold("a").isHeld()).isTrue();
    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(lockedNames()).isEmpty();
  }

  @Test
  void lost_releasedFirst_fails() {
    MultiHold hold = etcd.await(MultiLock.of(ours, "a", "b").lockAsync());
    etcd.await(hold.releaseAsync());
    etcd.await(hold.releaseAsync());
    etcd.runFor(A_MOMENT);

    assertThat(hold.lost().toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ClosedException.class);
  }

  @Test
  void guard_oneLost_makesTheTransactionFail() {
    MultiHold hold = etcd.await(MultiLock.of(ours, "a", "b").lockAsync());
    etcd.await(hold.guard(a.transaction()).put("row", "written").commitAsync());
    etcd.faults().deleteKey(Bytes.utf8(hold.hold("b").key()));

    assertThat(hold.guards()).hasSize(2);
    assertThatThrownBy(
            () -> etcd.await(hold.guard(a.transaction()).put("row", "stale").commitAsync()))
        .isInstanceOf(GuardFailedException.class)
        .hasMessageContaining(hold.hold("b").key());
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row"))).get(0).value())
        .isEqualTo(Bytes.utf8("written"));
  }

  @Test
  void lock_repliesLost_isAcquiredOnce() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    MultiHold hold = etcd.await(MultiLock.of(ours, "a", "b").lockAsync());

    assertThat(lockedNames()).containsExactly("a", "b");
    etcd.faults().loseReply("a", RequestKind.TXN);
    assertThat(etcd.await(hold.releaseAsync())).isIn(Release.RELEASED, Release.HAD_BEEN_LOST);
    etcd.runFor(TTL);
    assertThat(lockedNames()).isEmpty();
  }
}
