package io.coord.it.stm;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** One connection that runs transactions in a simulation, and a stranger who meddles. */
abstract class SimulatedStm {

  final SimulatedEtcd etcd = SimulatedEtcd.of(7);
  final BlockingBodies bodies = new BlockingBodies();
  final Coord coord = bodies.connect(etcd, "stm");
  final Store other = etcd.client("other");

  @AfterEach
  void endBodies() {
    bodies.close();
  }

  /** Adds one to a number, which is 0 when it does not exist. */
  static TransactionBody<String, RuntimeException> increment(String key) {
    return tx -> {
      String next = Integer.toString(Integer.parseInt(tx.get(key).orElse("0")) + 1);
      tx.put(key, next);
      return next;
    };
  }

  <R> StmResult<R> run(TransactionBody<R, ? extends Exception> body) {
    return etcd.await(Stm.runAsync(coord, body));
  }

  <R> StmResult<R> run(StmOptions options, TransactionBody<R, ? extends Exception> body) {
    return etcd.await(Stm.runAsync(coord, options, body));
  }

  long delete(String key) {
    return etcd.await(other.txn(TxnRequest.of(Op.delete(Bytes.utf8(key))))).revision();
  }

  long put(String key, String value) {
    return etcd.await(putLater(key, value)).revision();
  }

  CompletableFuture<TxnResult> putLater(String key, String value) {
    return other.txn(TxnRequest.of(Op.put(Bytes.utf8(key), Bytes.utf8(value))));
  }

  Optional<KeyValue> stored(String key) {
    return etcd.keys(KeyRange.single(Bytes.utf8(key))).stream().findFirst();
  }

  Optional<String> value(String key) {
    return stored(key).map(kv -> kv.value().utf8());
  }

  long sent(String request) {
    return etcd.history()
        .lines()
        .filter(line -> line.contains("stm  ") && line.contains("sends " + request))
        .count();
  }
}
