package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The mutex on the simulated store, where time and the order of things are ours. */
class MutexTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private Mutex mutex(Coord coord) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return Mutex.of(session, "orders");
  }

  private int keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("orders/"))).size();
  }

  @Test
  void lock_free_isHeldWithItsKeysRevisionAsToken() {
    LockHold hold = etcd.await(mutex(a).lockAsync());

    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.key()).startsWith("orders/");
    assertThat(hold.fencingToken().value())
        .isEqualTo(etcd.keys(KeyRange.single(Bytes.utf8(hold.key()))).get(0).createRevision());
  }

  @Test
  void release_twice_givesTheSameAndLetsOneIn() {
    LockHold first = etcd.await(mutex(a).lockAsync());
    CompletableFuture<LockHold> second = mutex(b).lockAsync();
    etcd.runFor(A_MOMENT);

    assertThat(second).isNotDone();
    assertThat(etcd.await(first.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(etcd.await(first.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(etcd.await(second).fencingToken()).isGreaterThan(first.fencingToken());
    assertThat(first.isHeld()).isFalse();
  }

  @Test
  void tryLockAsync_timeOver_givesNothingAndLeavesNoKey() {
    LockHold first = etcd.await(mutex(a).lockAsync());
    Optional<LockHold> second = etcd.await(mutex(b).tryLockAsync(A_MOMENT));

    assertThat(second).isEmpty();
    assertThat(keys()).isEqualTo(1);
    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void lockAsync_cancelled_leavesNoKeyAndTheNextGetsIt() {
    LockHold first = etcd.await(mutex(a).lockAsync());
    CompletableFuture<LockHold> second = mutex(b).lockAsync();
    etcd.runFor(A_MOMENT);
    second.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEqualTo(1);
    CompletableFuture<LockHold> third = mutex(a).lockAsync();
    etcd.await(first.releaseAsync());
    assertThat(etcd.await(third).isHeld()).isTrue();
  }

  @Test
  void of_emptyName_isRefused() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    assertThatThrownBy(() -> Mutex.of(session, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the mutex is empty");
  }
}
