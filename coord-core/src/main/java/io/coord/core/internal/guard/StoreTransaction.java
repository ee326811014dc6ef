package io.coord.core.internal.guard;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.WriteTransaction;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Guarded writes, sent as one transaction of etcd. Never repeated: see {@link WriteTransaction}.
 */
public record StoreTransaction(CoordRuntime coord, List<Guard> guards, List<Op> writes)
    implements WriteTransaction {

  public StoreTransaction {
    guards = List.copyOf(guards);
    writes = List.copyOf(writes);
  }

  @Override
  public WriteTransaction require(Guard guard) {
    return new StoreTransaction(coord, with(guards, guard), writes);
  }

  @Override
  public WriteTransaction put(Bytes key, Bytes value) {
    return new StoreTransaction(coord, guards, with(writes, Op.put(key, value)));
  }

  @Override
  public WriteTransaction delete(Bytes key) {
    return new StoreTransaction(coord, guards, with(writes, Op.delete(key)));
  }

  @Override
  public long commit() throws InterruptedException {
    return Futures.await(send());
  }

  @Override
  public CompletableFuture<Long> commitAsync() {
    return Futures.publish(send(), coord.callbacks(), revision -> {});
  }

  private CompletableFuture<Long> send() {
    TxnRequest request =
        TxnRequest.when(guards.stream().map(Guards::compare).toArray(Compare[]::new))
            .then(writes.toArray(Op[]::new))
            .otherwise(guards.stream().map(Guards::read).toArray(Op[]::new));
    CompletableFuture<Long> revision = new CompletableFuture<>();
    Futures.onDone(
        coord.store().txn(request),
        answer -> conclude(answer, revision),
        revision::completeExceptionally);
    return revision;
  }

  private void conclude(TxnResult answer, CompletableFuture<Long> revision) {
    if (answer.succeeded()) {
      revision.complete(answer.revision());
      return;
    }
    for (int i = 0; i < guards.size(); i++) {
      Guards.failure(guards.get(i), answer.range(i).first())
          .ifPresent(revision::completeExceptionally);
    }
  }

  private static <T> List<T> with(List<T> items, T one) {
    List<T> extended = new ArrayList<>(items);
    extended.add(one);
    return extended;
  }
}
