package io.coord.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import org.junit.jupiter.api.Test;

class TxnRequestTest {

  private static final Op PUT = Op.put(Bytes.utf8("a"), Bytes.EMPTY);
  private static final Op OLD = Op.get(RangeRequest.key(Bytes.utf8("b")).atRevision(7));
  private static final Op NEW = Op.get(Bytes.utf8("b"));

  @Test
  void txn_thatWritesAndReadsAnotherRevision_isRefused() {
    assertThatThrownBy(() -> TxnRequest.of(PUT, OLD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision 7");
    TxnRequest reads = TxnRequest.of(OLD);
    assertThatThrownBy(() -> reads.otherwise(PUT)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TxnRequest.of(PUT, new Op.Nested(reads)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TxnRequest.of(new Op.Nested(TxnRequest.of(PUT)), OLD))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void txn_thatWritesAndReadsThePresent_isAccepted() {
    assertThat(TxnRequest.of(PUT, NEW).isReadOnly()).isFalse();
  }

  @Test
  void txn_thatOnlyReads_mayReadAnyRevision() {
    assertThat(TxnRequest.of(OLD, new Op.Nested(TxnRequest.of(OLD, NEW))).isRepeatable()).isTrue();
  }
}
