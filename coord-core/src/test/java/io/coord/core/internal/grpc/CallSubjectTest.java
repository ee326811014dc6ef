package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.LeaseGrantRequest;
import org.junit.jupiter.api.Test;

class CallSubjectTest {

  private static final Bytes KEY = Bytes.utf8("key");

  @Test
  void text_ofARead_namesItsKeys() {
    assertThat(CallSubject.of(Requests.range(RangeRequest.key(KEY))).text())
        .isEqualTo("read of \"key\"");
    assertThat(CallSubject.of(Requests.range(RangeRequest.prefix(KEY))).text())
        .isEqualTo("read of keys from \"key\" to \"kez\"");
  }

  @Test
  void text_ofAPut_namesTheKeyButNoValue() {
    TxnRequest request = TxnRequest.of(Op.put(KEY, Bytes.utf8("secret")));

    assertThat(CallSubject.of(Requests.unconditionalPut(request).orElseThrow()).text())
        .isEqualTo("put of \"key\"");
  }

  @Test
  void text_ofATransaction_countsAndNamesTheFirstButNoValue() {
    TxnRequest request =
        TxnRequest.of(Op.put(KEY, Bytes.utf8("secret")), Op.delete(KeyRange.prefix(KEY)));

    assertThat(CallSubject.of(Requests.txn(request)).text())
        .isEqualTo("transaction of 2 operations, first put of \"key\"");
  }

  @Test
  void text_ofAnAuthentication_doesNotTellThePassword() {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder().setName("app").setPassword("secret").build();

    assertThat(CallSubject.of(request).text()).isEqualTo("authentication of user \"app\"");
  }

  @Test
  void text_ofALeaseCall_namesItAsEtcdDoes() {
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setID(255).setTTL(10).build();

    assertThat(CallSubject.of(request).text()).isEqualTo("grant of lease ff for 10 s");
  }

  @Test
  void text_ofALongKey_isCutShort() {
    Bytes key = Bytes.utf8("k".repeat(1000));

    assertThat(CallSubject.of(Requests.range(RangeRequest.key(key))).text())
        .hasSizeLessThan(150)
        .endsWith("...\"");
  }

  @Test
  void operations_ofATransaction_areItsLongestList() {
    TxnRequest request =
        TxnRequest.when(Compare.absent(KEY), Compare.exists(KEY), Compare.absent(KEY))
            .then(Op.get(KEY));

    assertThat(CallSubject.of(Requests.txn(request)).operations()).isEqualTo(3);
  }
}
