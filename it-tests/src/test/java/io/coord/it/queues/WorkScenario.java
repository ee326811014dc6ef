package io.coord.it.queues;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.Optional;

/** Two connections on the simulated store, and one work queue. */
abstract class WorkScenario {

  static final Duration TTL = Duration.ofSeconds(10);
  static final Duration A_MOMENT = Duration.ofMillis(500);
  static final WorkQueueOptions TWICE = WorkQueueOptions.defaults().withMaxAttempts(2);

  final SimulatedEtcd etcd = SimulatedEtcd.of(9);
  final Coord a = etcd.coord("a");
  final Coord b = etcd.coord("b");
  final Session sessionA = etcd.await(a.openSessionAsync(TTL));
  final Session sessionB = etcd.await(b.openSessionAsync(TTL));
  final WorkQueue<String> queue = queue(sessionA, TWICE);
  final WorkQueue<String> other = queue(sessionB, TWICE);

  static WorkQueue<String> queue(Session session, WorkQueueOptions options) {
    return WorkQueue.of(session, "work", Codec.utf8(), options);
  }

  void enqueue(String value) {
    etcd.await(queue.enqueueAsync(value, EnqueueOptions.defaults()));
  }

  Claim<String> claim(WorkQueue<String> from) {
    return etcd.await(from.claimAsync());
  }

  Optional<Claim<String>> claimSoon(WorkQueue<String> from) {
    return etcd.await(from.claimAsync(A_MOMENT));
  }

  WorkCounts counts() {
    return etcd.await(queue.countsAsync());
  }
}
