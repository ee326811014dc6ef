package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierMembers;
import io.coord.barriers.DoubleBarrier;
import io.coord.barriers.DoubleBarrierView;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What people and monitoring see of barriers, on the simulated store. */
class BarrierViewsTest extends DoubleBarrierScenario {

  private final DoubleBarrierView view = DoubleBarrierView.of(c, "team");

  private BarrierMembers members() {
    return etcd.await(view.membersAsync());
  }

  private Instant timeOfDay() {
    return CoordRuntime.of(a).store().scheduler().timeOfDay();
  }

  @Test
  void holder_heldByACoord_saysWhoAndSinceWhen() {
    etcd.await(Barrier.of(a, "gate").holdAsync());
    Contender holder = etcd.await(Barrier.of(b, "gate").holderAsync()).orElseThrow();

    assertThat(holder.key()).isEqualTo("gate");
    assertThat(holder.client()).contains("a");
    assertThat(holder.since().orElseThrow()).isCloseTo(timeOfDay(), within(1, ChronoUnit.MINUTES));
    etcd.await(Barrier.of(b, "gate").releaseAsync());
    assertThat(etcd.await(Barrier.of(b, "gate").holderAsync())).isEmpty();
  }

  @Test
  void holder_heldByAnother_hasNoName() {
    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("gate"), Bytes.EMPTY))));
    Contender holder = etcd.await(Barrier.of(b, "gate").holderAsync()).orElseThrow();

    assertThat(holder.client()).isEmpty();
    assertThat(holder.createRevision()).isPositive();
  }

  @Test
  void members_nobody_areNone() {
    assertThat(members()).isEqualTo(new BarrierMembers(List.of(), List.of()));
  }

  @Test
  void members_beforeAndAfterAllHaveCome_enterAndThenAreIn() {
    DoubleBarrier first = member(a, 2);
    CompletableFuture<Void> entering = waiting(first.enterAsync());

    assertThat(members().in()).isEmpty();
    assertThat(members().entering())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.client()).contains("a");
              assertThat(one.ttlLeft()).isPresent();
            });
    etcd.await(member(b, 2).enterAsync());
    etcd.await(entering);
    assertThat(members().entering()).isEmpty();
    assertThat(members().in())
        .extracting(one -> one.client().orElseThrow())
        .containsExactly("a", "b");
    waiting(first.leaveAsync());
    assertThat(members().in()).hasSize(1);
  }
}
