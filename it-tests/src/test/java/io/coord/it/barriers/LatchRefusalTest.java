package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.CountDownLatch;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A change of a latch that etcd refuses or that is a mistake, and those that came after it. */
class LatchRefusalTest {

  /**
   * When told to, holds the next transaction up until it is refused, or the next answer to a read.
   */
  private static final class HoldingStore extends ForwardingStore {
    private boolean holds;
    private boolean answersLate;
    private Optional<CompletableFuture<TxnResult>> held = Optional.empty();

    HoldingStore(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      if (!holds) {
        return super.txn(request);
      }
      holds = false;
      held = Optional.of(new CompletableFuture<>());
      return held.get();
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      CompletableFuture<RangeResult> read = super.range(request);
      if (!answersLate) {
        return read;
      }
      answersLate = false;
      CompletableFuture<RangeResult> late = new CompletableFuture<>();
      Duration delay = Duration.ofMillis(100);
      Futures.onDone(
          read,
          answer -> scheduler().schedule(delay, () -> late.complete(answer)),
          late::completeExceptionally);
      return late;
    }
  }

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final HoldingStore store = new HoldingStore(etcd.client("a"));
  private final Coord coord =
      CoordRuntime.over(
          Coord.builder().endpoints("http://etcd:2379").name("a").build(), store, Runnable::run);
  private final CountDownLatch latch = CountDownLatch.of(coord, "latch");

  @Test
  void countDown_theOneBeforeIsRefused_isCountedAndSaysSo() {
    etcd.await(latch.addAsync(5));
    store.holds = true;
    CompletableFuture<Long> refused = latch.countDownAsync();
    etcd.await(() -> store.held.isPresent());
    CompletableFuture<Long> behind = latch.countDownAsync();
    store.held.orElseThrow().completeExceptionally(new RefusedException("no space", null));

    assertThatThrownBy(() -> etcd.await(refused)).isInstanceOf(RefusedException.class);
    assertThat(etcd.await(behind)).isEqualTo(4);
    assertThat(etcd.await(latch.countAsync())).isEqualTo(4);
  }

  /** The read that the first one began with is of a time before the second one. */
  @Test
  void countDown_countWasRaisedAfterTheReadOfTheOneBefore_findsItRaised() {
    CountDownLatch other = CountDownLatch.of(etcd.coord("b"), "latch");
    store.answersLate = true;
    CompletableFuture<Long> before = latch.countDownAsync();
    etcd.runFor(Duration.ofMillis(20));
    etcd.await(other.addAsync(1));
    CompletableFuture<Long> after = latch.countDownAsync();

    assertThatThrownBy(() -> etcd.await(before)).isInstanceOf(IllegalStateException.class);
    assertThat(etcd.await(after)).isZero();
  }
}
