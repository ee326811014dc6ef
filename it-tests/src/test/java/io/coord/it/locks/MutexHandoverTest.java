package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A lock that passes on inside of one process, and what was sent under the hold before. */
class MutexHandoverTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration AN_ANSWER = Duration.ofMillis(10);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");

  private Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  private LockHold held(Mutex mutex) {
    return etcd.await(mutex.lockAsync());
  }

  private CompletableFuture<LockHold> freshWaiter(Mutex mutex) {
    CompletableFuture<LockHold> waiter = mutex.lockAsync();
    etcd.await(() -> etcd.keys(KeyRange.prefix(Bytes.utf8("orders/"))).size() == 2);
    etcd.runFor(AN_ANSWER);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  @Test
  void release_nextInTheSameProcess_holdsWhileTheKeyIsBeingDeleted() {
    Mutex mutex = Mutex.of(session(a), "orders");
    LockHold first = held(mutex);
    CompletableFuture<LockHold> next = freshWaiter(mutex);
    CompletableFuture<Release> released = first.releaseAsync();
    LockHold second = etcd.await(next);

    assertThat(released).isNotDone();
    assertThat(second.isHeld()).isTrue();
    assertThat(second.fencingToken()).isGreaterThan(first.fencingToken());
    assertThat(etcd.await(released)).isEqualTo(Release.RELEASED);
  }

  @Test
  void release_guardWasAskedFor_nextHoldsOnceTheKeyIsGone() {
    Mutex mutex = Mutex.of(session(a), "orders");
    LockHold first = held(mutex);
    CompletableFuture<LockHold> next = freshWaiter(mutex);
    Guard guard = first.guard();
    CompletableFuture<Release> released = first.releaseAsync();
    CompletableFuture<Long> late =
        etcd.coord("late").transaction().require(guard).put("row", "late").commitAsync();
    LockHold second = etcd.await(next);

    assertThat(etcd.keys(KeyRange.single(guard.key()))).isEmpty();
    assertThat(second.isHeld()).isTrue();
    etcd.await(released);
    etcd.runFor(AN_ANSWER);
    assertThat(late).isDone();
  }

  @Test
  void release_keyWasAskedFor_nextHoldsOnceTheKeyIsGone() {
    Mutex mutex = Mutex.of(session(a), "orders");
    LockHold first = held(mutex);
    CompletableFuture<LockHold> next = freshWaiter(mutex);
    Bytes key = Bytes.utf8(first.key());
    CompletableFuture<Release> released = first.releaseAsync();
    etcd.await(next);

    assertThat(etcd.keys(KeyRange.single(key))).isEmpty();
    etcd.await(released);
  }

  @Test
  void guard_askedForAfterRelease_isNeverTrue() {
    Mutex mutex = Mutex.of(session(a), "orders");
    LockHold first = held(mutex);
    freshWaiter(mutex);
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(2));
    CompletableFuture<Release> released = first.releaseAsync();
    Guard guard = first.guard();
    Coord other = etcd.coord("other");

    assertThatThrownBy(
            () -> etcd.await(other.transaction().require(guard).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
    assertThat(released).isNotDone();
    assertThat(etcd.keys(KeyRange.single(guard.key()))).isNotEmpty();
  }
}
