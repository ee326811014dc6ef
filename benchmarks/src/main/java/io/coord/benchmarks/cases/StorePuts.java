package io.coord.benchmarks.cases;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Puts through the store: the way that every request of a primitive goes. */
final class StorePuts implements Puts {

  private static final Bytes VALUE = Bytes.wrap(Puts.value());

  private final Store store;
  private final List<TxnRequest> requests;

  private StorePuts(Coord coord, List<TxnRequest> requests) {
    this.store = CoordRuntime.of(coord).store();
    this.requests = requests;
  }

  private StorePuts(Coord coord, String prefix, Function<Bytes, TxnRequest> request) {
    this(coord, Puts.keys(prefix).stream().map(Bytes::utf8).map(request).toList());
  }

  /** Single puts, which the store can send as such. */
  static StorePuts plain(Coord coord, String prefix) {
    return new StorePuts(coord, prefix, key -> TxnRequest.of(Op.put(key, VALUE)));
  }

  /** Puts under a condition, which holds always: the least that a primitive's step needs. */
  static StorePuts conditional(Coord coord, String prefix) {
    return new StorePuts(
        coord,
        prefix,
        key ->
            TxnRequest.when(Compare.version(key, Compare.Relation.GREATER, -1))
                .then(Op.put(key, VALUE)));
  }

  /** Transactions of so many puts, each on the keys from the one that was asked for on. */
  static StorePuts together(Coord coord, String prefix, int count) {
    if (count == 1) {
      return plain(coord, prefix);
    }
    List<Bytes> keys = Puts.keys(prefix).stream().map(Bytes::utf8).toList();
    List<TxnRequest> requests =
        IntStream.range(0, keys.size())
            .mapToObj(first -> TxnRequest.of(puts(keys, first, count)))
            .toList();
    return new StorePuts(coord, requests);
  }

  private static Op[] puts(List<Bytes> keys, int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> Op.put(keys.get(i % keys.size()), VALUE))
        .toArray(Op[]::new);
  }

  @Override
  public CompletableFuture<?> put(int key) {
    return store.txn(requests.get(key));
  }

  @Override
  public void close() {
    // The connection belongs to the case.
  }
}
