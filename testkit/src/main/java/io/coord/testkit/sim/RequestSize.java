package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import java.util.List;

/**
 * The size of a transaction on the wire, to within a few bytes a part: enough for a limit that
 * nobody should come close to.
 */
final class RequestSize {

  private static final long LARGEST = 1_572_864;
  private static final long FRAME = 8;

  private RequestSize() {}

  static void check(TxnRequest request) {
    long size = of(request);
    if (size > LARGEST) {
      throw new RefusedException(
          "the request is too large: " + size + " bytes; expected at most " + LARGEST, null);
    }
  }

  private static long of(TxnRequest request) {
    long size = FRAME + of(request.success()) + of(request.failure());
    for (Compare compare : request.compares()) {
      size += FRAME + of(compare.range());
      if (compare instanceof Compare.OfValue value) {
        size += value.operand().length();
      }
    }
    return size;
  }

  private static long of(List<Op> ops) {
    long size = 0;
    for (Op op : ops) {
      size += FRAME + of(op);
    }
    return size;
  }

  private static long of(Op op) {
    if (op instanceof Op.Put put) {
      return (long) put.key().length() + put.value().length();
    } else if (op instanceof Op.Get get) {
      return of(get.request().range());
    } else if (op instanceof Op.Delete delete) {
      return of(delete.range());
    }
    return of(((Op.Nested) op).request());
  }

  private static long of(KeyRange range) {
    return (long) range.start().length() + range.end().map(Bytes::length).orElse(0);
  }
}
