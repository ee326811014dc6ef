package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnResult;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

  private static final io.etcd.jetcd.api.KeyValue MESSAGE =
      io.etcd.jetcd.api.KeyValue.newBuilder()
          .setKey(ByteString.copyFromUtf8("key"))
          .setValue(ByteString.copyFromUtf8("value"))
          .setCreateRevision(1)
          .setModRevision(2)
          .setVersion(3)
          .setLease(4)
          .build();
  private static final KeyValue VALUE =
      new KeyValue(Bytes.utf8("key"), Bytes.utf8("value"), 1, 2, 3, 4);

  @Test
  void range_withMoreKeysThanItsLimit_saysSo() {
    RangeResult result = Answers.range(range(9, 5));

    assertThat(result).isEqualTo(new RangeResult(9, List.of(VALUE), 5));
    assertThat(result.more()).isTrue();
  }

  @Test
  void txn_ofEveryOperation_keepsTheirOrderAndTheRevisionOfEachRead() {
    TxnResponse inner =
        TxnResponse.newBuilder()
            .setHeader(ResponseHeader.getDefaultInstance())
            .addResponses(ResponseOp.newBuilder().setResponsePut(PutResponse.getDefaultInstance()))
            .build();
    TxnResponse message =
        TxnResponse.newBuilder()
            .setHeader(header(10))
            .setSucceeded(true)
            .addResponses(ResponseOp.newBuilder().setResponseRange(range(9, 1)))
            .addResponses(
                ResponseOp.newBuilder()
                    .setResponseDeleteRange(DeleteRangeResponse.newBuilder().setDeleted(2)))
            .addResponses(ResponseOp.newBuilder().setResponseTxn(inner))
            .build();

    TxnResult result = Answers.txn(message);

    assertThat(result)
        .isEqualTo(
            new TxnResult(
                10,
                true,
                List.of(
                    new OpResult.Range(new RangeResult(9, List.of(VALUE), 1)),
                    new OpResult.Delete(2),
                    new OpResult.Txn(new TxnResult(10, false, List.of(new OpResult.Put()))))));
  }

  @Test
  void put_givesWhatATransactionOfItWould() {
    TxnResponse txn =
        TxnResponse.newBuilder()
            .setHeader(header(4))
            .setSucceeded(true)
            .addResponses(ResponseOp.newBuilder().setResponsePut(PutResponse.getDefaultInstance()))
            .build();

    assertThat(Answers.put(PutResponse.newBuilder().setHeader(header(4)).build()))
        .isEqualTo(Answers.txn(txn));
  }

  @Test
  void txn_ofNothing_hasNoResults() {
    TxnResponse message = TxnResponse.newBuilder().setHeader(header(3)).build();

    assertThat(Answers.txn(message)).isEqualTo(new TxnResult(3, false, List.of()));
  }

  @Test
  void leaseStatus_ofNoLease_doesNotExist() {
    LeaseStatus status =
        Answers.leaseStatus(LeaseTimeToLiveResponse.newBuilder().setID(5).setTTL(-1).build());

    assertThat(status.exists()).isFalse();
    assertThat(status.id()).isEqualTo(5);
  }

  private static RangeResponse range(long revision, long count) {
    return RangeResponse.newBuilder()
        .setHeader(header(revision))
        .addKvs(MESSAGE)
        .setCount(count)
        .build();
  }

  private static ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder().setRevision(revision).build();
  }
}
