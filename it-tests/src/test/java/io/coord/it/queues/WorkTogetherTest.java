package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callers who put work in, claim some and acknowledge it share their transactions. */
class WorkTogetherTest extends WorkScenario {

  private static final int CALLERS = 8;

  /** Calls back where it is answered, as if the caller's thread were woken at once. */
  private final Coord direct =
      CoordRuntime.over(CoordRuntime.of(a).config(), etcd.client("direct"), Runnable::run);

  private final WorkQueue<String> work =
      queue(etcd.await(direct.openSessionAsync(TTL)), WorkQueueOptions.defaults());

  private int done;

  private void again(int left) {
    if (left == 0) {
      done++;
      return;
    }
    CompletableFuture<?> unused =
        work.enqueueAsync("v", EnqueueOptions.defaults())
            .thenCompose(in -> work.claimAsync())
            .thenCompose(Claim::ackAsync)
            .thenRun(() -> again(left - 1));
  }

  @Test
  void enqueueClaimAck_byCallersWhoComeBackAtOnce_goTogetherAllTheWay() {
    int each = 25;
    long before = etcd.revision();

    for (int i = 0; i < CALLERS; i++) {
      again(each);
    }
    etcd.await(() -> done == CALLERS);

    assertThat(etcd.revision() - before).isLessThan(7L * each);
  }

  @Test
  void ack_besideManyEnqueuesThatAreHeldUp_isNotHeldUp() {
    enqueueOnes(1).forEach(etcd::await);
    Claim<String> claim = etcd.await(work.claimAsync());
    List<CompletableFuture<Long>> enqueued = new ArrayList<>(enqueueOnes(1));
    etcd.faults().delayRequest("direct", RequestKind.TXN, Duration.ofSeconds(20));
    enqueued.addAll(enqueueOnes(CALLERS));
    etcd.await(enqueued.get(0));
    etcd.runFor(Duration.ofMillis(5));

    CompletableFuture<Void> ack = claim.ackAsync();
    etcd.runFor(A_MOMENT);

    assertThat(ack).isCompleted();
    assertThat(enqueued).filteredOn(one -> !one.isDone()).hasSize(CALLERS);
  }

  private List<CompletableFuture<Long>> enqueueOnes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> work.enqueueAsync("v", EnqueueOptions.defaults()))
        .toList();
  }
}
