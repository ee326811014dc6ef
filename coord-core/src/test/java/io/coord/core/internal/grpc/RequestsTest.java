package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import io.etcd.jetcd.api.Compare.CompareResult;
import io.etcd.jetcd.api.Compare.CompareTarget;
import io.etcd.jetcd.api.RangeRequest.SortOrder;
import io.etcd.jetcd.api.RangeRequest.SortTarget;
import io.etcd.jetcd.api.RequestOp;
import org.junit.jupiter.api.Test;

class RequestsTest {

  private static final Bytes KEY = Bytes.utf8("key");

  @Test
  void range_ofAKey_isLinearizableAndWhole() {
    io.etcd.jetcd.api.RangeRequest message = Requests.range(RangeRequest.key(KEY));

    assertThat(message)
        .isEqualTo(io.etcd.jetcd.api.RangeRequest.newBuilder().setKey(text("key")).build());
  }

  @Test
  void range_withEverything_isWrittenOut() {
    io.etcd.jetcd.api.RangeRequest message =
        Requests.range(
            RangeRequest.prefix(KEY)
                .atRevision(5)
                .limit(3)
                .orderedBy(RangeRequest.Order.MOD_REVISION)
                .keysOnly()
                .serializable());

    assertThat(message)
        .isEqualTo(
            io.etcd.jetcd.api.RangeRequest.newBuilder()
                .setKey(text("key"))
                .setRangeEnd(text("kez"))
                .setRevision(5)
                .setLimit(3)
                .setSortOrder(SortOrder.ASCEND)
                .setSortTarget(SortTarget.MOD)
                .setKeysOnly(true)
                .setSerializable(true)
                .build());
  }

  @Test
  void range_inEveryOrder_asksForIt() {
    assertThat(ordered(RangeRequest.Order.KEY).getSortOrder()).isEqualTo(SortOrder.NONE);
    assertThat(ordered(RangeRequest.Order.KEY_DESCENDING).getSortOrder())
        .isEqualTo(SortOrder.DESCEND);
    assertThat(ordered(RangeRequest.Order.KEY_DESCENDING).getSortTarget())
        .isEqualTo(SortTarget.KEY);
    assertThat(ordered(RangeRequest.Order.CREATE_REVISION).getSortTarget())
        .isEqualTo(SortTarget.CREATE);
  }

  @Test
  void range_thatCounts_asksForTheCountOnly() {
    assertThat(Requests.range(RangeRequest.key(KEY).countOnly()).getCountOnly()).isTrue();
  }

  @Test
  void txn_withBothBranches_keepsTheirOrder() {
    io.etcd.jetcd.api.TxnRequest message =
        Requests.txn(
            TxnRequest.when(Compare.absent(KEY))
                .then(Op.put(KEY, Bytes.utf8("value"), 7), Op.get(KEY))
                .otherwise(Op.delete(KeyRange.prefix(KEY))));

    assertThat(message.getSuccess(0).getRequestPut().getValue()).isEqualTo(text("value"));
    assertThat(message.getSuccess(0).getRequestPut().getLease()).isEqualTo(7);
    assertThat(message.getSuccess(1).getRequestCase())
        .isEqualTo(RequestOp.RequestCase.REQUEST_RANGE);
    assertThat(message.getFailure(0).getRequestDeleteRange().getRangeEnd()).isEqualTo(text("kez"));
  }

  @Test
  void unconditionalPut_ofALonePut_isThatPut() {
    TxnRequest request = TxnRequest.of(Op.put(KEY, Bytes.utf8("value"), 7));

    assertThat(Requests.unconditionalPut(request))
        .contains(Requests.txn(request).getSuccess(0).getRequestPut());
  }

  @Test
  void unconditionalPut_ofAnythingElse_isNone() {
    Op put = Op.put(KEY, Bytes.utf8("value"));

    assertThat(Requests.unconditionalPut(TxnRequest.when(Compare.exists(KEY)).then(put))).isEmpty();
    assertThat(Requests.unconditionalPut(TxnRequest.of(put, put))).isEmpty();
    assertThat(Requests.unconditionalPut(TxnRequest.of(Op.get(KEY)))).isEmpty();
    assertThat(Requests.unconditionalPut(TxnRequest.of())).isEmpty();
    assertThat(Requests.unconditionalPut(TxnRequest.of(put).otherwise(put))).isEmpty();
  }

  @Test
  void txn_insideATxn_isNested() {
    TxnRequest inner = TxnRequest.when(Compare.exists(KEY)).then(Op.get(KEY));

    io.etcd.jetcd.api.TxnRequest message = Requests.txn(TxnRequest.of(new Op.Nested(inner)));

    assertThat(message.getSuccess(0).getRequestTxn()).isEqualTo(Requests.txn(inner));
  }

  @Test
  void compare_ofEveryFieldAndRelation_isWrittenOut() {
    io.etcd.jetcd.api.TxnRequest message =
        Requests.txn(
            TxnRequest.when(
                Compare.createRevision(KEY, Compare.Relation.EQUAL, 1),
                Compare.modRevision(KEY, Compare.Relation.LESS, 2),
                Compare.version(KEY, Compare.Relation.GREATER, 3),
                Compare.value(KEY, Compare.Relation.NOT_EQUAL, Bytes.utf8("v")),
                new Compare.OfField(
                    KeyRange.prefix(KEY),
                    Compare.Field.CREATE_REVISION,
                    Compare.Relation.EQUAL,
                    0)));

    assertThat(message.getCompare(0).getTarget()).isEqualTo(CompareTarget.CREATE);
    assertThat(message.getCompare(0).getCreateRevision()).isEqualTo(1);
    assertThat(message.getCompare(0).getResult()).isEqualTo(CompareResult.EQUAL);
    assertThat(message.getCompare(1).getTarget()).isEqualTo(CompareTarget.MOD);
    assertThat(message.getCompare(1).getModRevision()).isEqualTo(2);
    assertThat(message.getCompare(1).getResult()).isEqualTo(CompareResult.LESS);
    assertThat(message.getCompare(2).getTarget()).isEqualTo(CompareTarget.VERSION);
    assertThat(message.getCompare(2).getVersion()).isEqualTo(3);
    assertThat(message.getCompare(2).getResult()).isEqualTo(CompareResult.GREATER);
    assertThat(message.getCompare(3).getTarget()).isEqualTo(CompareTarget.VALUE);
    assertThat(message.getCompare(3).getValue()).isEqualTo(text("v"));
    assertThat(message.getCompare(3).getResult()).isEqualTo(CompareResult.NOT_EQUAL);
    assertThat(message.getCompare(4).getRangeEnd()).isEqualTo(text("kez"));
  }

  private static io.etcd.jetcd.api.RangeRequest ordered(RangeRequest.Order order) {
    return Requests.range(RangeRequest.key(KEY).orderedBy(order));
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void isAnsweredByAll_asEtcdHasIt() {
    RangeRequest read = RangeRequest.key(Bytes.utf8("a"));
    Op write = Op.put(Bytes.utf8("a"), Bytes.EMPTY);

    assertThat(isAnsweredByAll(TxnRequest.of(write))).isTrue();
    assertThat(isAnsweredByAll(TxnRequest.of(Op.get(read)))).isTrue();
    assertThat(isAnsweredByAll(TxnRequest.of(Op.get(read), Op.get(read.serializable())))).isTrue();
    assertThat(isAnsweredByAll(TxnRequest.of(Op.get(read.serializable())))).isFalse();
    assertThat(isAnsweredByAll(TxnRequest.of(Op.get(read.serializable())).otherwise(write)))
        .isTrue();
    assertThat(isAnsweredByAll(TxnRequest.when(Compare.absent(Bytes.utf8("a"))))).isFalse();
    assertThat(Requests.isAnsweredByAll(Requests.range(read))).isTrue();
    assertThat(Requests.isAnsweredByAll(Requests.range(read.serializable()))).isFalse();
  }

  private static boolean isAnsweredByAll(TxnRequest request) {
    return Requests.isAnsweredByAll(Requests.txn(request));
  }
}
