package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.ClosedException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever waits for a work queue is told when the session or the connection is closed. */
class WorkCloseTest extends WorkScenario {

  private final WorkQueue<String> bounded =
      queue(sessionA, WorkQueueOptions.defaults().withMaxLength(1, WhenFull.WAIT));

  @Test
  void enqueue_waitsForRoomWhenTheConnectionIsClosed_fails() {
    etcd.await(bounded.enqueueAsync("1", EnqueueOptions.defaults()));
    CompletableFuture<Long> waiting = bounded.enqueueAsync("2", EnqueueOptions.defaults());
    etcd.runFor(A_MOMENT);
    assertThat(waiting).isNotDone();
    etcd.close(a);
    etcd.runFor(A_MOMENT);

    assertThat(waiting).isDone();
    assertThatThrownBy(() -> etcd.await(waiting)).isInstanceOf(ClosedException.class);
  }

  @Test
  void enqueue_findsTheQueueFullAfterTheConnectionWasClosed_fails() {
    etcd.await(bounded.enqueueAsync("1", EnqueueOptions.defaults()));
    etcd.close(a);
    CompletableFuture<Long> late = bounded.enqueueAsync("2", EnqueueOptions.defaults());
    etcd.runFor(A_MOMENT);

    assertThatThrownBy(() -> etcd.await(late)).isInstanceOf(ClosedException.class);
  }
}
