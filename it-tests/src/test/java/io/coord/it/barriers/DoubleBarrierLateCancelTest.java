package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a member whose future its user has ended, before the callback ran say. */
class DoubleBarrierLateCancelTest extends DoubleBarrierScenario {

  private final Queue<Runnable> callbacks = new ArrayDeque<>();
  private final Coord busy =
      CoordRuntime.over(
          Coord.builder().endpoints("http://simulated:2379").name("busy").build(),
          etcd.client("busy"),
          callbacks::add);
  private final DoubleBarrier member = member(1);

  private DoubleBarrier member(int count) {
    CompletableFuture<DoubleBarrier> made =
        busy.openSessionAsync(TTL).thenApply(session -> DoubleBarrier.of(session, "team", count));
    etcd.await(() -> !callbacks.isEmpty());
    runCallbacks();
    return made.join();
  }

  private void runCallbacks() {
    while (!callbacks.isEmpty()) {
      callbacks.remove().run();
    }
  }

  @Test
  void enter_cancelledBeforeItsCallbackRan_leavesNoKey() {
    CompletableFuture<Void> first = member.enterAsync();
    etcd.await(() -> !callbacks.isEmpty());
    assertThat(keys()).hasSize(2);

    first.cancel(false);
    runCallbacks();
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_endedByItsUserBeforeItsCallbackRan_leavesNoKey() {
    CompletableFuture<Void> first = member.enterAsync();
    etcd.await(() -> !callbacks.isEmpty());

    first.complete(null);
    runCallbacks();
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  /** With {@link CompletableFuture#completeOnTimeout}, say. */
  @Test
  void enter_endedByItsUserWhileItWaits_leavesNoKey() {
    CompletableFuture<Void> entering = waiting(member(2).enterAsync());

    entering.complete(null);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_againBeforeTheCallbackOfACancelledOneRan_staysIn() {
    CompletableFuture<Void> first = member.enterAsync();
    etcd.await(() -> !callbacks.isEmpty());
    first.cancel(false);
    etcd.runFor(A_MOMENT);
    CompletableFuture<Void> second = member.enterAsync();
    etcd.await(() -> callbacks.size() == 2);

    runCallbacks();
    etcd.runFor(A_MOMENT);

    assertThat(second).isCompletedWithValue(null);
    assertThat(keys()).hasSize(2);
    CompletableFuture<Void> leaving = member.leaveAsync();
    etcd.runFor(A_MOMENT);
    runCallbacks();
    assertThat(leaving).isCompletedWithValue(null);
    assertThat(keys()).isEmpty();
  }
}
