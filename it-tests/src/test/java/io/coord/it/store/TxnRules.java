package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What transactions see and do. */
interface TxnRules extends Rules {

  @Test
  default void txn_getAfterPut_seesTheNewValueAndRevision() {
    Bytes key = lab().key("a");
    lab().putEach("a");
    TxnResult txn = lab().txn(Op.get(key), Op.put(key, value("new")), Op.get(key));
    assertThat(txn.range(0).revision()).isEqualTo(txn.revision() - 1);
    assertThat(txn.range(0).kvs().get(0).value()).isEqualTo(value("value of a"));
    assertThat(txn.range(2).revision()).isEqualTo(txn.revision());
    KeyValue seen = txn.range(2).kvs().get(0);
    assertThat(seen.value()).isEqualTo(value("new"));
    assertThat(seen.modRevision()).isEqualTo(txn.revision());
    assertThat(seen.version()).isEqualTo(2);
  }

  @Test
  default void txn_getAfterDelete_seesNothing() {
    lab().putEach("a1", "a2", "b");
    TxnResult txn =
        lab().txn(Op.delete(lab().range("a")), Op.get(RangeRequest.of(lab().range(""))));
    RangeResult seen = txn.range(1);
    assertThat(seen.count()).isEqualTo(1);
    assertThat(seen.kvs().get(0).key()).isEqualTo(lab().key("b"));
  }

  @Test
  default void txn_compareFails_appliesTheOtherBranchOnly() {
    TxnRequest request =
        TxnRequest.when(Compare.exists(lab().key("none")))
            .then(Op.put(lab().key("then"), value("1")))
            .otherwise(Op.put(lab().key("else"), value("2")), Op.get(lab().key("else")));
    TxnResult txn = lab().txn(request);
    assertThat(txn.succeeded()).isFalse();
    assertThat(txn.results()).hasSize(2);
    assertThat(txn.range(1).count()).isEqualTo(1);
    assertThat(lab().read("then").count()).isZero();
    assertThat(lab().read("else").count()).isEqualTo(1);
  }

  @Test
  default void txn_severalCompares_mustAllHold() {
    lab().putEach("a");
    TxnRequest request =
        TxnRequest.when(Compare.exists(lab().key("a")), Compare.exists(lab().key("none")))
            .then(Op.get(lab().key("a")));
    assertThat(lab().txn(request).succeeded()).isFalse();
    TxnRequest both =
        TxnRequest.when(Compare.exists(lab().key("a")), Compare.absent(lab().key("none")))
            .then(Op.get(lab().key("a")));
    assertThat(lab().txn(both).succeeded()).isTrue();
  }

  @Test
  default void txn_empty_succeeds() {
    assertThat(lab().txn().succeeded()).isTrue();
    assertThat(lab().txn().results()).isEmpty();
  }

  @Test
  default void nested_compares_seeTheStateBeforeTheWholeTransaction() {
    Bytes key = lab().key("a");
    TxnRequest inner =
        TxnRequest.when(Compare.absent(key))
            .then(Op.put(lab().key("was absent"), value("1")))
            .otherwise(Op.put(lab().key("existed"), value("1")));
    TxnResult txn = lab().txn(Op.put(key, value("1")), new Op.Nested(inner));
    TxnResult nested = ((OpResult.Txn) txn.results().get(1)).result();
    assertThat(nested.succeeded()).isTrue();
    assertThat(nested.results()).containsExactly(new OpResult.Put());
    assertThat(nested.revision()).isEqualTo(txn.revision());
    assertThat(lab().read("was absent").count()).isEqualTo(1);
    assertThat(lab().read("existed").count()).isZero();
  }

  @Test
  default void nested_reads_seeTheWritesBeforeThem() {
    Bytes key = lab().key("a");
    TxnResult txn = lab().txn(Op.put(key, value("1")), new Op.Nested(TxnRequest.of(Op.get(key))));
    TxnResult nested = ((OpResult.Txn) txn.results().get(1)).result();
    assertThat(nested.range(0).count()).isEqualTo(1);
    assertThat(nested.range(0).revision()).isEqualTo(txn.revision());
  }

  @Test
  default void nested_severalLevels_eachChoosesItsOwnBranch() {
    Bytes none = lab().key("none");
    TxnRequest deepest =
        TxnRequest.when(Compare.exists(none)).otherwise(Op.put(lab().key("3"), value("")));
    TxnRequest middle =
        TxnRequest.when(Compare.exists(none))
            .otherwise(Op.put(lab().key("2"), value("")), new Op.Nested(deepest));
    TxnRequest second = TxnRequest.of(Op.put(lab().key("4"), value("")));
    TxnResult txn =
        lab().txn(new Op.Nested(middle), new Op.Nested(second), Op.put(lab().key("1"), value("")));
    assertThat(txn.succeeded()).isTrue();
    assertThat(((OpResult.Txn) txn.results().get(0)).result().succeeded()).isFalse();
    assertThat(((OpResult.Txn) txn.results().get(1)).result().succeeded()).isTrue();
    RangeResult all = lab().read(RangeRequest.of(lab().range("")));
    assertThat(all.kvs()).extracting(KeyValue::modRevision).containsOnly(txn.revision());
    assertThat(all.count()).isEqualTo(4);
  }

  @Test
  default void concurrentTxns_sameCompare_exactlyOneWins() {
    Bytes key = lab().key("prize");
    List<Store> clients = List.of(lab().store(), lab().openStore(), lab().openStore());
    List<CompletableFuture<TxnResult>> attempts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TxnRequest take =
          TxnRequest.when(Compare.absent(key)).then(Op.put(key, value("taken by " + i)));
      attempts.add(clients.get(i % clients.size()).txn(take));
    }
    List<TxnResult> results = attempts.stream().map(lab()::await).toList();
    assertThat(results).filteredOn(TxnResult::succeeded).hasSize(1);
    assertThat(lab().read("prize").kvs().get(0).version()).isEqualTo(1);
  }

  @Test
  default void concurrentTxns_guardedByModRevision_loseNoUpdate() {
    Bytes key = lab().key("counter");
    lab().txn(Op.put(key, value("0")));
    List<Store> clients = List.of(lab().store(), lab().openStore());
    int succeeded = 0;
    for (int round = 0; round < 10; round++) {
      KeyValue seen = lab().read("counter").kvs().get(0);
      Bytes next = value(Integer.toString(Integer.parseInt(seen.value().utf8()) + 1));
      TxnRequest swap =
          TxnRequest.when(Compare.modRevision(key, Relation.EQUAL, seen.modRevision()))
              .then(Op.put(key, next));
      List<CompletableFuture<TxnResult>> swaps =
          clients.stream().map(client -> client.txn(swap)).toList();
      succeeded += (int) swaps.stream().map(lab()::await).filter(TxnResult::succeeded).count();
    }
    assertThat(succeeded).isEqualTo(10);
    assertThat(lab().read("counter").kvs().get(0).value()).isEqualTo(value("10"));
  }
}
