package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.it.store.WatchedStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The watches that barriers open: each ends, and one that was refused is opened again. */
class WatchesOfBarriersTest extends DoubleBarrierScenario {

  private static final Duration UNTIL_UNUSED_ONES_END = Duration.ofSeconds(10);

  private final WatchedStore store = new WatchedStore(etcd.client("watched"));
  private final Coord watched =
      CoordRuntime.over(
          Coord.builder().endpoints("http://simulated:2379").name("watched").build(),
          store,
          Runnable::run);
  private final Barrier barrier = Barrier.of(watched, "gate");

  private CompletableFuture<Void> awaiting() {
    etcd.await(barrier.holdAsync());
    CompletableFuture<Void> waiter = waiting(barrier.awaitAsync());
    assertThat(store.open()).isEqualTo(1);
    return waiter;
  }

  @Test
  void awaitAsync_cancelled_endsItsWatch() {
    awaiting().cancel(false);
    etcd.runFor(UNTIL_UNUSED_ONES_END);

    assertThat(store.open()).isZero();
  }

  @Test
  void awaitAsync_through_endsItsWatch() {
    CompletableFuture<Void> waiter = awaiting();
    etcd.await(barrier.releaseAsync());
    etcd.await(waiter);
    etcd.runFor(UNTIL_UNUSED_ONES_END);

    assertThat(store.open()).isZero();
  }

  @Test
  void awaitAsync_watchWasRefusedBefore_goesOnWithAnother() {
    etcd.await(barrier.holdAsync());
    store.refuseWatches(true);
    CompletableFuture<Void> refused = barrier.awaitAsync();
    assertThatThrownBy(() -> etcd.await(refused)).isInstanceOf(RefusedException.class);
    store.refuseWatches(false);
    CompletableFuture<Void> waiter = waiting(barrier.awaitAsync());
    etcd.await(Barrier.of(a, "gate").releaseAsync());

    etcd.await(waiter);
  }

  @Test
  void enterAsync_thenLeft_endsAllWatches() {
    DoubleBarrier member = member(watched, 2);
    DoubleBarrier other = member(b, 2);
    CompletableFuture<Void> entering = waiting(member.enterAsync());
    etcd.await(other.enterAsync());
    etcd.await(entering);
    CompletableFuture<Void> leaving = waiting(member.leaveAsync());
    assertThat(store.open()).isPositive();
    etcd.await(other.leaveAsync());
    etcd.await(leaving);
    etcd.runFor(UNTIL_UNUSED_ONES_END);

    assertThat(store.open()).isZero();
  }
}
