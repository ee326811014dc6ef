package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What keys and values may be. */
interface ValueRules extends Rules {

  private static Bytes random(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return Bytes.wrap(content);
  }

  private void checkRoundTrip(Bytes key, Bytes value) {
    TxnResult txn = lab().txn(Op.put(key, value), Op.get(key));
    assertThat(txn.range(1).kvs().get(0).value()).isEqualTo(value);
    assertThat(lab().txn(Op.get(key)).range(0).kvs().get(0).key()).isEqualTo(key);
  }

  @Test
  default void value_empty_isKeptAndIsNotAbsence() {
    checkRoundTrip(lab().key("a"), Bytes.EMPTY);
    assertThat(lab().read("a").count()).isEqualTo(1);
  }

  @Test
  default void value_everyByte_isKept() {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    checkRoundTrip(lab().key("a"), Bytes.wrap(every));
    checkRoundTrip(lab().key("k").concat(Bytes.wrap(every)), value("1"));
  }

  @Test
  default void value_ofOneMebibyte_isKept() {
    checkRoundTrip(lab().key("a"), random(1 << 20));
  }

  @Test
  default void value_tooLarge_isRefusedAndTheStoreUnharmed() {
    Bytes tooLarge = random(1_600_000);
    CompletableFuture<TxnResult> beside =
        lab().store().txn(TxnRequest.of(Op.put(lab().key("b"), value("1"))));
    assertThatThrownBy(() -> lab().txn(Op.put(lab().key("a"), tooLarge)))
        .isInstanceOf(RefusedException.class);
    lab().await(beside);
    assertThat(lab().read("a").count()).isZero();
    checkRoundTrip(lab().key("a"), random(1 << 19));
  }

  @Test
  default void value_farTooLarge_isRefusedAndTheStoreUnharmed() {
    Bytes farTooLarge = random(5 << 20);
    assertThatThrownBy(() -> lab().txn(Op.put(lab().key("a"), farTooLarge)))
        .isInstanceOf(RefusedException.class);
    assertThat(lab().read("a").count()).isZero();
    checkRoundTrip(lab().key("a"), value("1"));
  }

  @Test
  default void values_largeTogether_areReadInOneAnswer() {
    for (int i = 0; i < 6; i++) {
      lab().txn(Op.put(lab().key("big" + i), random(1 << 20)));
    }
    assertThat(lab().read(RangeRequest.of(lab().range("big"))).kvs())
        .hasSize(6)
        .allSatisfy(kv -> assertThat(kv.value()).isEqualTo(random(1 << 20)));
  }
}
