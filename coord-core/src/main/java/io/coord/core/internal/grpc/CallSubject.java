package io.coord.core.internal.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.MethodDescriptor;
import java.util.List;

/**
 * Describes a request in an error's message: which keys, how many operations; never a value.
 *
 * @param text what was asked
 * @param size the bytes of the request
 * @param operations the length of a transaction's longest list, which is what etcd limits
 */
record CallSubject(String text, int size, int operations) {

  private static final int LONGEST_KEY = 120;

  static CallSubject of(MessageLite request) {
    return new CallSubject(text(request), request.getSerializedSize(), operations(request));
  }

  static CallSubject stream(MethodDescriptor<?, ?> method) {
    return new CallSubject("stream " + method.getBareMethodName(), 0, 0);
  }

  private static String text(MessageLite request) {
    if (request instanceof RangeRequest range) {
      return "read of " + keys(range.getKey(), range.getRangeEnd());
    }
    if (request instanceof PutRequest put) {
      return "put of " + key(put.getKey());
    }
    if (request instanceof TxnRequest txn) {
      return transaction(txn);
    }
    if (request instanceof LeaseGrantRequest grant) {
      return "grant of lease " + lease(grant.getID()) + " for " + grant.getTTL() + " s";
    }
    if (request instanceof LeaseRevokeRequest revoke) {
      return "revocation of lease " + lease(revoke.getID());
    }
    if (request instanceof LeaseTimeToLiveRequest status) {
      return "status of lease " + lease(status.getID());
    }
    if (request instanceof AuthenticateRequest user) {
      return "authentication of user \"" + user.getName() + "\"";
    }
    return request.getClass().getSimpleName();
  }

  private static int operations(MessageLite request) {
    return request instanceof TxnRequest txn
        ? Math.max(txn.getCompareCount(), Math.max(txn.getSuccessCount(), txn.getFailureCount()))
        : 1;
  }

  private static String transaction(TxnRequest txn) {
    int count = Math.max(txn.getSuccessCount(), txn.getFailureCount());
    List<RequestOp> ops = txn.getSuccessCount() > 0 ? txn.getSuccessList() : txn.getFailureList();
    String begin = ops.isEmpty() ? "" : ", first " + operation(ops.get(0));
    return "transaction of " + count + (count == 1 ? " operation" : " operations") + begin;
  }

  private static String operation(RequestOp op) {
    return switch (op.getRequestCase()) {
      case REQUEST_PUT -> "put of " + key(op.getRequestPut().getKey());
      case REQUEST_RANGE ->
          "read of " + keys(op.getRequestRange().getKey(), op.getRequestRange().getRangeEnd());
      case REQUEST_DELETE_RANGE ->
          "deletion of "
              + keys(op.getRequestDeleteRange().getKey(), op.getRequestDeleteRange().getRangeEnd());
      case REQUEST_TXN -> "a transaction";
      case REQUEST_NOT_SET -> "nothing";
    };
  }

  private static String keys(ByteString start, ByteString end) {
    return end.isEmpty() ? key(start) : "keys from " + key(start) + " to " + key(end);
  }

  private static String key(ByteString key) {
    String text = Answers.bytes(key).toString();
    return '"'
        + (text.length() <= LONGEST_KEY ? text : text.substring(0, LONGEST_KEY) + "...")
        + '"';
  }

  private static String lease(long id) {
    return Long.toHexString(id);
  }
}
