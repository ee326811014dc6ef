package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever waits for a work queue is told when the session or the connection is closed. */
class WorkCloseTest extends WorkScenario {

  private static final int SEEDS = 50;
  private static final int ACKS = 12;

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

  @Test
  void ack_atAnyMomentAroundTheClose_ends() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      List<CompletableFuture<Void>> acks =
          acksAroundTheClose(SimulatedEtcd.of(seed), new Random(seed));

      assertThat(acks.stream().filter(ack -> !ack.isDone())).as("seed %d", seed).isEmpty();
    }
  }

  /** One after the other, a fraction of a commit apart, while the connection is closed. */
  private List<CompletableFuture<Void>> acksAroundTheClose(SimulatedEtcd store, Random chance) {
    Coord coord = CoordRuntime.over(CoordRuntime.of(a).config(), store.client("c"), Runnable::run);
    Session session = store.await(coord.openSessionAsync(TTL));
    WorkQueue<String> work = queue(session, WorkQueueOptions.defaults());
    List<Claim<String>> claims = new ArrayList<>();
    for (int i = 0; i < ACKS; i++) {
      store.await(work.enqueueAsync("v" + i, EnqueueOptions.defaults()));
      claims.add(store.await(work.claimAsync()));
    }
    store.runFor(A_MOMENT);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    claims.subList(0, 4).forEach(claim -> acks.add(ack(claim, store, chance)));
    CompletableFuture<Void> closed = CoordRuntime.of(coord).sessions().closeAll();
    for (Claim<String> claim : claims.subList(4, ACKS)) {
      acks.add(ack(claim, store, chance));
      if (closed.isDone()) {
        coord.close();
      }
    }
    store.await(closed);
    coord.close();
    store.runFor(A_MOMENT);
    return acks;
  }

  private static CompletableFuture<Void> ack(
      Claim<String> claim, SimulatedEtcd store, Random chance) {
    CompletableFuture<Void> ack = claim.ackAsync();
    store.runFor(Duration.ofNanos(chance.nextInt(200_000)));
    return ack;
  }
}
