package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Members of a double barrier on the simulated store. */
abstract class DoubleBarrierScenario {

  static final Duration TTL = Duration.ofSeconds(10);
  static final Duration A_MOMENT = Duration.ofMillis(400);

  final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  final Coord a = etcd.coord("a");
  final Coord b = etcd.coord("b");
  final Coord c = etcd.coord("c");
  final Store stranger = etcd.client("stranger");

  Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  DoubleBarrier member(Coord coord, int count) {
    return DoubleBarrier.of(session(coord), "team", count);
  }

  List<DoubleBarrier> members(int count) {
    return Stream.of(a, b, c).limit(count).map(coord -> member(coord, count)).toList();
  }

  List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream().map(kv -> kv.key().utf8()).toList();
  }

  <T> CompletableFuture<T> waiting(CompletableFuture<T> waiter) {
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  void allEnter(List<DoubleBarrier> members) {
    List<CompletableFuture<Void>> entering =
        members.stream().map(DoubleBarrier::enterAsync).toList();
    entering.forEach(etcd::await);
  }

  void allLeave(List<DoubleBarrier> members) {
    List<CompletableFuture<Void>> leaving =
        members.stream().map(DoubleBarrier::leaveAsync).toList();
    leaving.forEach(etcd::await);
  }

  void disturb() {
    for (int i = 0; i < 5; i++) {
      List.of("a", "b", "c").forEach(client -> etcd.faults().breakWatches(client));
      etcd.await(
          stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("team2/waiters/" + i), Bytes.EMPTY))));
      etcd.faults().compact();
      etcd.faults().changeLeader();
      etcd.runFor(A_MOMENT);
    }
  }

  /**
   * For a second; and what repeats it as well, for a client does not wait so long for an answer.
   */
  void delayNextTransaction(String client) {
    for (int attempt = 0; attempt < 4; attempt++) {
      etcd.faults().delayRequest(client, RequestKind.TXN, Duration.ofSeconds(1));
    }
  }
}
