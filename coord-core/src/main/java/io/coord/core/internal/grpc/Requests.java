package io.coord.core.internal.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import io.etcd.jetcd.api.Compare.CompareResult;
import io.etcd.jetcd.api.Compare.CompareTarget;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest.SortOrder;
import io.etcd.jetcd.api.RangeRequest.SortTarget;
import io.etcd.jetcd.api.RequestOp;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes the port's requests as etcd's messages. */
final class Requests {

  private Requests() {}

  static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.toArray());
  }

  static io.etcd.jetcd.api.RangeRequest range(RangeRequest request) {
    io.etcd.jetcd.api.RangeRequest.Builder message = io.etcd.jetcd.api.RangeRequest.newBuilder();
    KeyRange range = request.range();
    message.setKey(bytes(range.start()));
    if (range.end().isPresent()) {
      message.setRangeEnd(bytes(range.end().get()));
    }
    message.setRevision(request.revision()).setLimit(request.limit());
    switch (request.order()) {
      case KEY -> {}
      case KEY_DESCENDING -> sort(message, SortOrder.DESCEND, SortTarget.KEY);
      case CREATE_REVISION -> sort(message, SortOrder.ASCEND, SortTarget.CREATE);
      case MOD_REVISION -> sort(message, SortOrder.ASCEND, SortTarget.MOD);
    }
    switch (request.projection()) {
      case KEYS_AND_VALUES -> {}
      case KEYS -> message.setKeysOnly(true);
      case COUNT -> message.setCountOnly(true);
    }
    message.setSerializable(request.consistency() == RangeRequest.Consistency.SERIALIZABLE);
    return message.build();
  }

  private static void sort(
      io.etcd.jetcd.api.RangeRequest.Builder message, SortOrder order, SortTarget target) {
    message.setSortOrder(order).setSortTarget(target);
  }

  /**
   * Whether the answer is of the cluster as a whole, and not of what one member knows. That is how
   * etcd answers a transaction only if it asks for something that is not serializable.
   */
  static boolean isAnsweredByAll(MessageLite request) {
    if (request instanceof io.etcd.jetcd.api.TxnRequest txn) {
      return Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
          .anyMatch(op -> !op.hasRequestRange() || !op.getRequestRange().getSerializable());
    }
    return request instanceof io.etcd.jetcd.api.PutRequest
        || (request instanceof io.etcd.jetcd.api.RangeRequest range && !range.getSerializable());
  }

  static io.etcd.jetcd.api.TxnRequest txn(TxnRequest request) {
    io.etcd.jetcd.api.TxnRequest.Builder message = io.etcd.jetcd.api.TxnRequest.newBuilder();
    for (Compare compare : request.compares()) {
      message.addCompare(compare(compare));
    }
    for (Op op : request.success()) {
      message.addSuccess(op(op));
    }
    for (Op op : request.failure()) {
      message.addFailure(op(op));
    }
    return message.build();
  }

  /**
   * The put that a transaction is when it consists of one without a condition. It means the same to
   * etcd, which does a fifth less work for it.
   */
  static Optional<PutRequest> unconditionalPut(TxnRequest request) {
    return request.compares().isEmpty()
            && request.failure().isEmpty()
            && request.success().size() == 1
            && request.success().get(0) instanceof Op.Put put
        ? Optional.of(put(put))
        : Optional.empty();
  }

  private static RequestOp op(Op op) {
    RequestOp.Builder message = RequestOp.newBuilder();
    if (op instanceof Op.Put put) {
      message.setRequestPut(put(put));
    } else if (op instanceof Op.Get get) {
      message.setRequestRange(range(get.request()));
    } else if (op instanceof Op.Delete delete) {
      message.setRequestDeleteRange(delete(delete.range()));
    } else if (op instanceof Op.Nested nested) {
      message.setRequestTxn(txn(nested.request()));
    }
    return message.build();
  }

  private static PutRequest put(Op.Put put) {
    return PutRequest.newBuilder()
        .setKey(bytes(put.key()))
        .setValue(bytes(put.value()))
        .setLease(put.lease())
        .build();
  }

  private static DeleteRangeRequest delete(KeyRange range) {
    DeleteRangeRequest.Builder message =
        DeleteRangeRequest.newBuilder().setKey(bytes(range.start()));
    if (range.end().isPresent()) {
      message.setRangeEnd(bytes(range.end().get()));
    }
    return message.build();
  }

  private static io.etcd.jetcd.api.Compare compare(Compare compare) {
    io.etcd.jetcd.api.Compare.Builder message =
        io.etcd.jetcd.api.Compare.newBuilder()
            .setKey(bytes(compare.range().start()))
            .setResult(result(compare.relation()));
    if (compare.range().end().isPresent()) {
      message.setRangeEnd(bytes(compare.range().end().get()));
    }
    if (compare instanceof Compare.OfField ofField) {
      long operand = ofField.operand();
      switch (ofField.field()) {
        case VERSION -> message.setTarget(CompareTarget.VERSION).setVersion(operand);
        case CREATE_REVISION -> message.setTarget(CompareTarget.CREATE).setCreateRevision(operand);
        case MOD_REVISION -> message.setTarget(CompareTarget.MOD).setModRevision(operand);
      }
    } else if (compare instanceof Compare.OfValue ofValue) {
      message.setTarget(CompareTarget.VALUE).setValue(bytes(ofValue.operand()));
    }
    return message.build();
  }

  private static CompareResult result(Compare.Relation relation) {
    return switch (relation) {
      case EQUAL -> CompareResult.EQUAL;
      case GREATER -> CompareResult.GREATER;
      case LESS -> CompareResult.LESS;
      case NOT_EQUAL -> CompareResult.NOT_EQUAL;
    };
  }
}
