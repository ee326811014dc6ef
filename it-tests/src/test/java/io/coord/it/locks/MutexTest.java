package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.LockQueue;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mutex on the simulated store, where time and the order of things are ours. */
class MutexTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  private Mutex mutex(Coord coord) {
    return Mutex.of(session(coord), "orders");
  }

  private LockHold held(Coord coord) {
    return etcd.await(mutex(coord).lockAsync());
  }

  private CompletableFuture<LockHold> waiting(Mutex mutex) {
    CompletableFuture<LockHold> waiter = mutex.lockAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream().map(kv -> kv.key().utf8()).toList();
  }

  @Test
  void lock_free_isHeldWithItsKeysRevisionAsToken() {
    LockHold hold = held(a);

    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.key()).startsWith("orders/");
    assertThat(hold.fencingToken().value())
        .isEqualTo(etcd.keys(KeyRange.single(Bytes.utf8(hold.key()))).get(0).createRevision());
  }

  @Test
  void lock_twiceThroughOneMutex_excludesTheSecond() {
    Mutex mutex = mutex(a);
    LockHold first = etcd.await(mutex.lockAsync());
    CompletableFuture<LockHold> second = waiting(mutex);

    assertThat(first.isHeld()).isTrue();
    etcd.await(first.releaseAsync());
    assertThat(etcd.await(second).fencingToken()).isGreaterThan(first.fencingToken());
  }

  @Test
  void lock_severalWaitersOfTwoClients_areServedInTheOrderOfTheirComingWithRisingTokens() {
    List<CompletableFuture<LockHold>> holds = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      holds.add(mutex(i % 2 == 0 ? a : b).lockAsync());
      etcd.runFor(A_MOMENT);
    }
    List<Long> tokens = new ArrayList<>();
    for (int i = 0; i < holds.size(); i++) {
      LockHold granted = etcd.await(holds.get(i));
      assertThat(holds.stream().filter(CompletableFuture::isDone)).hasSize(i + 1);
      tokens.add(granted.fencingToken().value());
      etcd.await(granted.releaseAsync());
      etcd.runFor(A_MOMENT);
    }

    assertThat(tokens).isSorted().doesNotHaveDuplicates();
    assertThat(keys()).isEmpty();
  }

  @Test
  void release_twice_givesTheSameAndLetsOneIn() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(mutex(b));
    CompletableFuture<LockHold> third = waiting(mutex(b));

    assertThat(etcd.await(first.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(etcd.await(first.releaseAsync())).isEqualTo(Release.RELEASED);
    etcd.runFor(A_MOMENT);
    assertThat(second).isCompleted();
    assertThat(third).isNotDone();
    assertThat(first.isHeld()).isFalse();
  }

  @Test
  void lost_releasedFirst_failsAndSaysSo() {
    LockHold hold = held(a);
    etcd.await(hold.releaseAsync());
    etcd.runFor(A_MOMENT);

    assertThat(hold.lost().toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ClosedException.class)
        .withMessageContaining(hold.key());
  }

  @Test
  void tryLockAsync_free_isHeldAfterOneCommit() {
    Mutex mutex = mutex(a);
    long before = etcd.revision();
    Optional<LockHold> hold = etcd.await(mutex.tryLockAsync());

    assertThat(hold).hasValueSatisfying(held -> assertThat(held.isHeld()).isTrue());
    assertThat(etcd.revision()).isEqualTo(before + 1);
  }

  @Test
  void tryLockAsync_taken_givesNothingAndLeavesNoKey() {
    LockHold first = held(a);
    Optional<LockHold> second = etcd.await(mutex(b).tryLockAsync());

    assertThat(second).isEmpty();
    assertThat(keys()).containsExactly(first.key());
  }

  @Test
  void tryLockAsync_zeroTimeout_takesAFreeLock() {
    assertThat(etcd.await(mutex(a).tryLockAsync(Duration.ZERO))).isPresent();
    assertThat(etcd.await(mutex(b).tryLockAsync(Duration.ZERO))).isEmpty();
  }

  @Test
  void tryLockAsync_timeOver_givesNothingAndLeavesNoKey() {
    LockHold first = held(a);
    Optional<LockHold> second = etcd.await(mutex(b).tryLockAsync(A_MOMENT));

    assertThat(second).isEmpty();
    assertThat(keys()).containsExactly(first.key());
    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void tryLockAsync_releasedInTime_isHeld() {
    LockHold first = held(a);
    CompletableFuture<Optional<LockHold>> second = mutex(b).tryLockAsync(A_MOMENT.multipliedBy(2));
    etcd.runFor(A_MOMENT);
    etcd.await(first.releaseAsync());

    assertThat(etcd.await(second)).isPresent();
  }

  @Test
  void tryLockAsync_negativeTimeout_isRefusedAndLeavesNoKey() {
    Mutex mutex = mutex(a);
    assertThatThrownBy(() -> mutex.tryLockAsync(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void lockAsync_cancelled_leavesNoKeyAndTheNextGetsIt() {
    LockHold first = held(a);
    CompletableFuture<LockHold> second = waiting(mutex(b));
    CompletableFuture<LockHold> third = waiting(mutex(a));
    second.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).hasSize(2);
    assertThat(third).isNotDone();
    etcd.await(first.releaseAsync());
    assertThat(etcd.await(third).isHeld()).isTrue();
  }

  @Test
  void lockAsync_cancelledBeforeItsKeyIsPut_leavesNoKey() {
    mutex(a).lockAsync().cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
    assertThat(held(b).isHeld()).isTrue();
  }

  @Test
  void queueAsync_nobodyThere_isEmpty() {
    assertThat(etcd.await(mutex(a).queueAsync())).isEqualTo(new LockQueue(List.of(), List.of()));
  }

  @Test
  void queueAsync_holderAndWaiters_areListedInOrderWithLeaseTtlClientAndSince() {
    LockHold holder = held(a);
    Session waiters = session(b);
    waiting(Mutex.of(waiters, "orders"));
    waiting(Mutex.of(waiters, "orders"));
    LockQueue queue = etcd.await(mutex(b).queueAsync());

    assertThat(queue.holders())
        .singleElement()
        .satisfies(
            first -> {
              assertThat(first.key()).isEqualTo(holder.key());
              assertThat(first.createRevision()).isEqualTo(holder.fencingToken().value());
              assertThat(first.client()).contains("a");
              assertThat(first.since()).isPresent();
            });
    assertThat(queue.waiters())
        .hasSize(2)
        .allSatisfy(
            waiter -> {
              assertThat(waiter.leaseId()).isEqualTo(waiters.leaseId());
              assertThat(waiter.ttlLeft())
                  .hasValueSatisfying(left -> assertThat(left).isBetween(Duration.ZERO, TTL));
              assertThat(waiter.client()).contains("b");
            });
    assertThat(queue.waiters().stream().map(Contender::createRevision)).isSorted();
  }

  @Test
  void queueAsync_keysOfOtherClients_areListedWithoutSinceAndClient() {
    Bytes foreign = Bytes.utf8("orders/694d9a1c7d2a6e0f");
    etcd.await(
        etcd.client("go").txn(TxnRequest.of(Op.put(foreign, Bytes.EMPTY, session(b).leaseId()))));
    waiting(mutex(a));
    LockQueue queue = etcd.await(mutex(a).queueAsync());

    assertThat(queue.holders())
        .singleElement()
        .satisfies(
            first -> {
              assertThat(first.key()).isEqualTo(foreign.utf8());
              assertThat(first.since()).isEmpty();
              assertThat(first.client()).isEmpty();
              assertThat(first.ttlLeft()).isPresent();
            });
    assertThat(queue.waiters()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/orders", "orders/", "//", " ", "заказы", "注文/受付", "a=b c"})
  void of_nameWithSlashesOrNotAscii_isALockOfItsOwn(String name) {
    Session session = session(a);
    LockHold plain = etcd.await(Mutex.of(session, "orders").lockAsync());
    LockHold hold = etcd.await(Mutex.of(session, name).lockAsync());

    assertThat(hold.key()).startsWith(name + "/");
    assertThat(hold.isHeld()).isTrue();
    assertThat(plain.isHeld()).isTrue();
    assertThat(etcd.await(Mutex.of(session(b), name).tryLockAsync())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b", "\ud800"})
  void of_nameEmptyOrWithNulOrNoText_isRefused(String name) {
    Session session = session(a);
    assertThatThrownBy(() -> Mutex.of(session, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the mutex");
    assertThat(keys()).isEmpty();
  }

  @Test
  void lock_namesThatBeginAlike_doNotMix() {
    Session session = session(a);
    for (String name : List.of("a", "ab", "a/b", "a/b/c")) {
      assertThat(etcd.await(Mutex.of(session, name).tryLockAsync())).as(name).isPresent();
    }
  }

  @Test
  void lock_sessionLost_failsAndLeavesNoKey() {
    Session session = session(a);
    etcd.faults().partition("a", TTL.multipliedBy(2));
    etcd.runFor(TTL.multipliedBy(3));

    assertThatThrownBy(() -> etcd.await(Mutex.of(session, "orders").lockAsync()))
        .isInstanceOf(SessionLostException.class);
    assertThatThrownBy(() -> etcd.await(Mutex.of(session, "orders").tryLockAsync()))
        .isInstanceOf(SessionLostException.class);
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void lock_sessionClosed_failsAndLeavesNoKey() {
    Session session = session(a);
    etcd.await(session.closeAsync());

    assertThatThrownBy(() -> etcd.await(Mutex.of(session, "orders").lockAsync()))
        .isInstanceOf(ClosedException.class);
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }
}
