package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import java.util.concurrent.CompletableFuture;
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
}
