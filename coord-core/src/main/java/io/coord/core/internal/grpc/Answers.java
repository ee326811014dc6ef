package io.coord.core.internal.grpc;

import com.google.protobuf.ByteString;
import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnResult;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;

/** Reads etcd's messages as the port's results. */
final class Answers {

  private static final OpResult PUT = new OpResult.Put();
  private static final List<OpResult> ONE_PUT = List.of(PUT);

  private Answers() {}

  static Bytes bytes(ByteString bytes) {
    return bytes.isEmpty() ? Bytes.EMPTY : Bytes.wrap(bytes.toByteArray());
  }

  static KeyValue keyValue(io.etcd.jetcd.api.KeyValue message) {
    return new KeyValue(
        bytes(message.getKey()),
        bytes(message.getValue()),
        message.getCreateRevision(),
        message.getModRevision(),
        message.getVersion(),
        message.getLease());
  }

  static RangeResult range(RangeResponse message) {
    return range(message, message.getHeader().getRevision());
  }

  private static RangeResult range(RangeResponse message, long revision) {
    List<KeyValue> kvs = new ArrayList<>(message.getKvsCount());
    for (int i = 0; i < message.getKvsCount(); i++) {
      kvs.add(keyValue(message.getKvs(i)));
    }
    return new RangeResult(revision, List.copyOf(kvs), message.getCount());
  }

  /** What a transaction of one put without a condition would have given. */
  static TxnResult put(PutResponse message) {
    return new TxnResult(message.getHeader().getRevision(), true, ONE_PUT);
  }

  static TxnResult txn(TxnResponse message) {
    return txn(message, message.getHeader().getRevision());
  }

  /** A transaction inside a transaction has no revision of its own: that of the outer one holds. */
  private static TxnResult txn(TxnResponse message, long revision) {
    int count = message.getResponsesCount();
    if (count == 1) {
      return new TxnResult(
          revision, message.getSucceeded(), List.of(result(message.getResponses(0), revision)));
    }
    List<OpResult> results = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      results.add(result(message.getResponses(i), revision));
    }
    return new TxnResult(revision, message.getSucceeded(), List.copyOf(results));
  }

  private static OpResult result(ResponseOp message, long revision) {
    return switch (message.getResponseCase()) {
      case RESPONSE_PUT -> PUT;
      case RESPONSE_RANGE -> new OpResult.Range(range(message.getResponseRange()));
      case RESPONSE_DELETE_RANGE ->
          new OpResult.Delete(message.getResponseDeleteRange().getDeleted());
      case RESPONSE_TXN -> new OpResult.Txn(txn(message.getResponseTxn(), revision));
      case RESPONSE_NOT_SET ->
          throw new IllegalStateException(
              "etcd answered an operation of a transaction with nothing");
    };
  }

  static LeaseStatus leaseStatus(LeaseTimeToLiveResponse message) {
    return new LeaseStatus(message.getID(), message.getTTL(), message.getGrantedTTL());
  }
}
