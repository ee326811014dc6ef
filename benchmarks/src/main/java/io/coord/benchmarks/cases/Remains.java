package io.coord.benchmarks.cases;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is left in a queue that nobody uses any more. */
final class Remains {

  private static final int PAGE = 20_000;

  private Remains() {}

  /** Reads and deletes every item, past the library that is measured; gives them in this order. */
  static List<String> remove(Coord coord, KeyRange range, Comparator<KeyValue> order)
      throws InterruptedException {
    Store store = CoordRuntime.of(coord).store();
    List<KeyValue> found = new ArrayList<>();
    Bytes end = range.end().orElseThrow();
    Bytes from = range.start();
    boolean more = true;
    while (more) {
      RangeRequest page = RangeRequest.of(KeyRange.between(from, end)).limit(PAGE);
      RangeResult read = Futures.await(store.range(page));
      found.addAll(read.kvs());
      more = read.more();
      Bytes next = more ? KeyRange.after(read.kvs().get(read.kvs().size() - 1).key()) : end;
      Futures.await(
          store.txn(TxnRequest.of(Op.delete(KeyRange.between(from, next))).harmlessToRepeat()));
      from = next;
    }
    return found.stream().sorted(order).map(item -> item.value().utf8()).toList();
  }
}
