package io.coord.benchmarks.cases;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts through the store: the way that every request of a primitive goes. */
final class StorePuts implements Puts {

  private final Store store;
  private final List<Bytes> keys;
  private final Bytes value = Bytes.wrap(Puts.value());

  StorePuts(Coord coord, String prefix) {
    this.store = CoordRuntime.of(coord).store();
    this.keys = Puts.keys(prefix).stream().map(Bytes::utf8).toList();
  }

  @Override
  public CompletableFuture<?> put(int key) {
    return store.txn(TxnRequest.of(Op.put(keys.get(key), value)));
  }

  @Override
  public void close() {
    // The connection belongs to the case.
  }
}
