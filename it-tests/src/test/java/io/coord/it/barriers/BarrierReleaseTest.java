package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The release of a barrier when its answer is lost. */
class BarrierReleaseTest {

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Barrier barrier = held(etcd.coord("a"));

  private Barrier held(Coord coord) {
    Barrier held = Barrier.of(coord, "gate");
    etcd.await(held.holdAsync());
    return held;
  }

  private List<KeyValue> holds() {
    return etcd.keys(KeyRange.single(Bytes.utf8("gate")));
  }

  /** A read would have no answer. */
  @Test
  void release_byWhoHeldIt_needsNoReadFirst() {
    etcd.faults().loseReply("a", RequestKind.RANGE);
    Duration begin = etcd.now();
    etcd.await(barrier.releaseAsync());

    assertThat(etcd.now().minus(begin)).isLessThan(Duration.ofMillis(50));
    assertThat(holds()).isEmpty();
  }

  @Test
  void release_requestLost_isReleased() {
    etcd.faults().loseRequest("a", RequestKind.TXN);

    etcd.await(barrier.releaseAsync());

    assertThat(holds()).isEmpty();
  }

  @Test
  void release_replyLost_isReleased() {
    etcd.faults().loseReply("a", RequestKind.TXN);

    etcd.await(barrier.releaseAsync());

    assertThat(holds()).isEmpty();
  }

  @Test
  void release_replyLostAndHeldByAnotherMeanwhile_leavesThatHold() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Void> releasing = barrier.releaseAsync();
    etcd.await(() -> holds().isEmpty());
    held(etcd.coord("b"));

    assertThatThrownBy(() -> etcd.await(releasing))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("held by another");
    assertThat(holds()).hasSize(1);
    etcd.await(barrier.releaseAsync());
    assertThat(holds()).isEmpty();
  }
}
