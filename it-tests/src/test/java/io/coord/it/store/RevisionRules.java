package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import org.junit.jupiter.api.Test;

/** How revisions and versions rise. */
interface RevisionRules extends Rules {

  @Test
  default void put_newKey_isCreatedAtTheRevisionOfTheTransaction() {
    Bytes key = lab().key("a");
    long before = lab().revision();
    TxnResult put = lab().txn(Op.put(key, value("1")));
    assertThat(put.succeeded()).isTrue();
    assertThat(put.results()).containsExactly(new OpResult.Put());
    assertThat(put.revision()).isEqualTo(before + 1);
    RangeResult read = lab().read("a");
    assertThat(read.revision()).isEqualTo(put.revision());
    assertThat(read.count()).isEqualTo(1);
    assertThat(read.kvs())
        .containsExactly(new KeyValue(key, value("1"), put.revision(), put.revision(), 1, 0));
  }

  @Test
  default void put_existingKey_keepsItsCreateRevisionAndRaisesItsVersion() {
    Bytes key = lab().key("a");
    long first = lab().txn(Op.put(key, value("1"))).revision();
    long second = lab().txn(Op.put(key, value("2"))).revision();
    assertThat(second).isEqualTo(first + 1);
    assertThat(lab().read("a").kvs())
        .containsExactly(new KeyValue(key, value("2"), first, second, 2, 0));
  }

  @Test
  default void put_sameValueAgain_isAChange() {
    Bytes key = lab().key("a");
    long first = lab().txn(Op.put(key, value("1"))).revision();
    long second = lab().txn(Op.put(key, value("1"))).revision();
    assertThat(lab().read("a").kvs())
        .containsExactly(new KeyValue(key, value("1"), first, second, 2, 0));
  }

  @Test
  default void put_afterDelete_beginsANewLife() {
    Bytes key = lab().key("a");
    lab().putEach("a", "a", "a");
    TxnResult delete = lab().txn(Op.delete(key));
    assertThat(delete.results()).containsExactly(new OpResult.Delete(1));
    assertThat(lab().read("a").kvs()).isEmpty();
    long again = lab().txn(Op.put(key, value("new"))).revision();
    assertThat(again).isEqualTo(delete.revision() + 1);
    assertThat(lab().read("a").kvs())
        .containsExactly(new KeyValue(key, value("new"), again, again, 1, 0));
  }

  @Test
  default void txn_manyWrites_haveOneRevision() {
    lab().putEach("old1", "old2");
    long before = lab().revision();
    TxnResult txn =
        lab()
            .txn(
                Op.put(lab().key("a"), value("1")),
                Op.put(lab().key("b"), value("2")),
                Op.delete(lab().range("old")));
    assertThat(txn.revision()).isEqualTo(before + 1);
    assertThat(txn.results())
        .containsExactly(new OpResult.Put(), new OpResult.Put(), new OpResult.Delete(2));
    assertThat(lab().read("a").kvs().get(0).modRevision()).isEqualTo(before + 1);
    assertThat(lab().read("b").kvs().get(0).modRevision()).isEqualTo(before + 1);
    assertThat(lab().revision()).isEqualTo(before + 1);
  }

  @Test
  default void txn_thatWritesNothing_doesNotRaiseTheRevision() {
    long before = lab().revision();
    TxnResult deletesNothing = lab().txn(Op.delete(lab().range("none")));
    TxnResult reads = lab().txn(Op.get(lab().key("none")));
    TxnResult fails =
        lab()
            .txn(
                TxnRequest.when(Compare.exists(lab().key("none")))
                    .then(Op.put(lab().key("a"), value("1"))));
    assertThat(deletesNothing.results()).containsExactly(new OpResult.Delete(0));
    assertThat(deletesNothing.revision()).isEqualTo(before);
    assertThat(reads.revision()).isEqualTo(before);
    assertThat(fails.succeeded()).isFalse();
    assertThat(fails.results()).isEmpty();
    assertThat(fails.revision()).isEqualTo(before);
    assertThat(lab().revision()).isEqualTo(before);
  }

  @Test
  default void delete_ofARange_countsWhatItRemoved() {
    lab().putEach("x1", "x2", "x3", "y");
    TxnResult delete = lab().txn(Op.delete(lab().range("x")));
    assertThat(delete.results()).containsExactly(new OpResult.Delete(3));
    assertThat(lab().read("y").kvs()).hasSize(1);
  }

  @Test
  default void read_byAnotherClient_seesWhatWasAnswered() {
    long revision = lab().txn(Op.put(lab().key("a"), value("1"))).revision();
    RangeResult read = lab().await(lab().openStore().range(RangeRequest.key(lab().key("a"))));
    assertThat(read.revision()).isGreaterThanOrEqualTo(revision);
    assertThat(read.first()).isPresent();
  }
}
