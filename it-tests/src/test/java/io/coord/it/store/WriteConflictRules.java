package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which transactions are refused; a refused one changes nothing. */
interface WriteConflictRules extends Rules {

  private void checkRefused(TxnRequest request) {
    long before = lab().revision();
    assertThatThrownBy(() -> lab().txn(request)).isInstanceOf(RefusedException.class);
    assertThat(lab().revision()).isEqualTo(before);
  }

  private Op put(String name) {
    return Op.put(lab().key(name), value("1"));
  }

  private Op[] puts(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> put(name + i)).toArray(Op[]::new);
  }

  @Test
  default void txn_oneKeyPutTwice_isRefused() {
    checkRefused(TxnRequest.of(put("a"), put("b"), put("a")));
  }

  @Test
  default void txn_keyPutAndDeleted_isRefused() {
    checkRefused(TxnRequest.of(put("a"), Op.delete(lab().key("a"))));
    checkRefused(TxnRequest.of(Op.delete(lab().range("")), put("a")));
  }

  /**
   * Such a deletion is in nobody's way, not even in that of a put of the key that it begins with.
   */
  @Test
  default void txn_keyPutAndDeletedByARangeWithoutEnd_isAcceptedAndDoneInOrder() {
    Op deletion = Op.delete(KeyRange.between(lab().key("a"), KeyRange.UNBOUNDED));
    lab().txn(deletion, put("a"), put("b"));
    assertThat(lab().read(RangeRequest.of(lab().range(""))).count()).isEqualTo(2);
    lab().txn(put("a"), put("b"), deletion);
    assertThat(lab().read(RangeRequest.of(lab().range(""))).count()).isZero();
  }

  @Test
  default void txn_conflictInTheBranchNotTaken_isRefusedAsWell() {
    checkRefused(TxnRequest.of(put("a")).otherwise(put("b"), put("b")));
  }

  @Test
  default void txn_sameKeyInBothBranches_isAccepted() {
    assertThat(lab().txn(TxnRequest.of(put("a")).otherwise(put("a"))).succeeded()).isTrue();
  }

  @Test
  default void txn_keyDeletedTwice_isAccepted() {
    lab().putEach("a");
    lab().txn(Op.delete(lab().key("a")), Op.delete(lab().range("")));
    assertThat(lab().read("a").count()).isZero();
  }

  @Test
  default void nested_keyPutInsideAndOutside_isRefused() {
    checkRefused(TxnRequest.of(put("a"), new Op.Nested(TxnRequest.of(put("a")))));
    checkRefused(
        TxnRequest.of(
            new Op.Nested(TxnRequest.of(put("a"))), new Op.Nested(TxnRequest.of(put("a")))));
    checkRefused(TxnRequest.of(put("a"), new Op.Nested(TxnRequest.of(Op.delete(lab().range(""))))));
  }

  @Test
  default void nested_keyPutInBothBranches_isAccepted() {
    TxnRequest inner = TxnRequest.when(Compare.exists(lab().key("none"))).then(put("a"));
    lab().txn(new Op.Nested(inner.otherwise(put("a"))), put("b"));
    assertThat(lab().read("a").count()).isEqualTo(1);
  }

  @Test
  default void txn_128Operations_areAccepted() {
    lab().txn(puts("k", 128));
    assertThat(lab().read(RangeRequest.of(lab().range("k")).countOnly()).count()).isEqualTo(128);
  }

  @Test
  default void txn_129Operations_areRefused() {
    checkRefused(TxnRequest.of(puts("k", 129)));
    checkRefused(TxnRequest.of().otherwise(puts("k", 129)));
    Compare[] compares =
        Collections.nCopies(129, Compare.absent(lab().key("a"))).toArray(Compare[]::new);
    checkRefused(TxnRequest.when(compares).then(put("a")));
  }

  @Test
  default void nested_hasWhatTheOuterOneLeaves_of128() {
    Op[] outer = Arrays.copyOf(puts("o", 28), 29);
    outer[28] = new Op.Nested(TxnRequest.of(puts("i", 99)));
    lab().txn(outer);
    outer[28] = new Op.Nested(TxnRequest.of(puts("i", 100)));
    checkRefused(TxnRequest.of(outer));
  }

  @Test
  default void txn_emptyKey_isRefused() {
    checkRefused(TxnRequest.of(Op.put(Bytes.EMPTY, value("1"))));
    checkRefused(TxnRequest.of(Op.get(Bytes.EMPTY)));
    checkRefused(TxnRequest.of(put("a"), Op.delete(Bytes.EMPTY)));
    checkRefused(TxnRequest.when(Compare.absent(Bytes.EMPTY)).then(put("a")));
    assertThatThrownBy(() -> lab().read(RangeRequest.of(KeyRange.single(Bytes.EMPTY))))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  default void txn_putUnderAnUnknownLease_isRefusedAndChangesNothing() {
    Op orphan = Op.put(lab().key("b"), value("1"), 0x1234_5678_9abcL);
    long before = lab().revision();
    assertThatThrownBy(() -> lab().txn(put("a"), orphan))
        .isInstanceOf(LeaseNotFoundException.class);
    assertThat(lab().revision()).isEqualTo(before);
    assertThat(lab().read("a").count()).isZero();
  }

  @Test
  default void txn_unknownLeaseInTheBranchNotTaken_doesNotMatter() {
    Op orphan = Op.put(lab().key("b"), value("1"), 0x1234_5678_9abcL);
    assertThat(lab().txn(TxnRequest.of(put("a")).otherwise(orphan)).succeeded()).isTrue();
  }
}
