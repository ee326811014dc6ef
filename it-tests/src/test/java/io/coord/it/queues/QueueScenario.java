package io.coord.it.queues;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.Queue;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two connections on the simulated store, and one queue. */
abstract class QueueScenario {

  static final Duration A_MOMENT = Duration.ofMillis(200);

  final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  final Coord a = etcd.coord("a");
  final Coord b = etcd.coord("b");
  final Queue<String> queue = Queue.of(a, "jobs");
  final Queue<String> other = Queue.of(b, "jobs");

  /** Gives each connection its marker's lease, and has its watch stand. */
  final void warmUp() {
    etcd.await(queue.enqueueAsync("a"));
    etcd.await(other.dequeueAsync());
    etcd.await(other.enqueueAsync("b"));
    etcd.await(queue.dequeueAsync());
    etcd.runFor(A_MOMENT);
  }

  List<KeyValue> keys(String prefix) {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(prefix)));
  }

  List<String> drain(Queue<String> from) {
    List<String> values = new ArrayList<>();
    Optional<String> next = etcd.await(from.pollAsync());
    while (next.isPresent()) {
      values.add(next.get());
      next = etcd.await(from.pollAsync());
    }
    return values;
  }

  void putByHand(String key, String value) {
    etcd.await(
        CoordRuntime.of(b).store().txn(TxnRequest.of(Op.put(Bytes.utf8(key), Bytes.utf8(value)))));
  }
}
