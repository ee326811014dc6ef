package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What etcd refuses from the look of a request alone, before it looks at any key. */
final class RequestRules {

  private static final int MOST_OPERATIONS = 128;

  private RequestRules() {}

  static void check(RangeRequest request) {
    checkKey(request.range().start());
  }

  static void check(TxnRequest request) {
    checkLevel(request, MOST_OPERATIONS);
    checkOverlaps(request.success());
    checkOverlaps(request.failure());
    if (!request.isReadOnly()) {
      RequestSize.check(request);
    }
  }

  /** A nested transaction may have as many operations as the outer ones left over. */
  private static void checkLevel(TxnRequest request, int most) {
    int longest =
        Math.max(
            request.compares().size(),
            Math.max(request.success().size(), request.failure().size()));
    if (longest > most) {
      throw new RefusedException(
          "too many operations in one transaction: " + longest + "; expected at most " + most,
          null);
    }
    for (Compare compare : request.compares()) {
      checkKey(compare.range().start());
    }
    for (Op op : request.success()) {
      checkOp(op, most - longest);
    }
    for (Op op : request.failure()) {
      checkOp(op, most - longest);
    }
  }

  private static void checkOp(Op op, int mostInside) {
    if (op instanceof Op.Put put) {
      checkKey(put.key());
    } else if (op instanceof Op.Get get) {
      check(get.request());
    } else if (op instanceof Op.Delete delete) {
      checkKey(delete.range().start());
    } else if (op instanceof Op.Nested nested) {
      checkLevel(nested.request(), mostInside);
    }
  }

  private static void checkKey(Bytes key) {
    if (key.isEmpty()) {
      throw new RefusedException("the key is empty; expected at least one byte", null);
    }
  }

  /** What one level of a transaction and those inside it write. */
  private record Writes(Set<Bytes> puts, List<KeyRange> deletes) {

    void addPut(Bytes key) {
      if (puts.contains(key)) {
        throw duplicate(key);
      }
      checkNotDeleted(key);
      puts.add(key);
    }

    void checkNotDeleted(Bytes key) {
      for (KeyRange range : deletes) {
        if (overlaps(range, key)) {
          throw duplicate(key);
        }
      }
    }
  }

  /**
   * No key may be put twice, nor put and deleted. The two branches of one nested transaction
   * exclude each other and may put the same key. What a nested transaction deletes binds those
   * after it but not those before it, as in etcd.
   */
  private static Writes checkOverlaps(List<Op> ops) {
    Writes writes = new Writes(new HashSet<>(), new ArrayList<>());
    for (Op op : ops) {
      if (op instanceof Op.Delete delete) {
        writes.deletes().add(delete.range());
      }
    }
    for (Op op : ops) {
      if (op instanceof Op.Nested nested) {
        addNested(writes, nested.request());
      }
    }
    for (Op op : ops) {
      if (op instanceof Op.Put put) {
        writes.addPut(put.key());
      }
    }
    return writes;
  }

  private static void addNested(Writes writes, TxnRequest request) {
    Writes success = checkOverlaps(request.success());
    Writes failure = checkOverlaps(request.failure());
    success.puts().forEach(writes::addPut);
    for (Bytes key : failure.puts()) {
      if (success.puts().contains(key)) {
        writes.checkNotDeleted(key);
      } else {
        writes.addPut(key);
      }
    }
    writes.deletes().addAll(success.deletes());
    writes.deletes().addAll(failure.deletes());
  }

  /** etcd takes the end literally here: for a range without an end, it lies before the start. */
  private static boolean overlaps(KeyRange range, Bytes key) {
    boolean isUnbounded = range.end().filter(KeyRange.UNBOUNDED::equals).isPresent();
    return !isUnbounded && range.contains(key);
  }

  private static RefusedException duplicate(Bytes key) {
    return new RefusedException(
        "key " + key + " is written twice in one transaction; expected at most one write", null);
  }
}
