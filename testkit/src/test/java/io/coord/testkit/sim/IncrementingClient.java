package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Raises a shared counter a number of times by compare and swap. A write whose outcome is unknown
 * is guarded by the revision that it was based on, so reading on and trying again is right; only
 * the client's own count of successes is then a lower bound.
 */
final class IncrementingClient {

  static final Bytes COUNTER = Bytes.utf8("counter");

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Store store;
  private int wanted;
  private int unknown;

  IncrementingClient(Store store, int wanted) {
    this.store = store;
    this.wanted = wanted;
  }

  void start() {
    CompletableFuture<?> unused = store.range(RangeRequest.key(COUNTER)).whenComplete(this::swap);
  }

  boolean isDone() {
    return wanted == 0;
  }

  int unknownOutcomes() {
    return unknown;
  }

  static long valueOf(Optional<KeyValue> kv) {
    return kv.map(found -> Long.parseLong(found.value().utf8())).orElse(0L);
  }

  private void swap(RangeResult read, Throwable failure) {
    if (failure != null) {
      retry(failure);
      return;
    }
    long based = read.first().map(KeyValue::modRevision).orElse(0L);
    Bytes next = Bytes.utf8(Long.toString(valueOf(read.first()) + 1));
    CompletableFuture<?> unused =
        store
            .txn(
                TxnRequest.when(Compare.modRevision(COUNTER, Relation.EQUAL, based))
                    .then(Op.put(COUNTER, next)))
            .whenComplete(this::settle);
  }

  private void settle(TxnResult result, Throwable failure) {
    if (failure != null) {
      if (failure instanceof OutcomeUnknownException) {
        unknown++;
      }
      retry(failure);
      return;
    }
    if (result.succeeded()) {
      wanted--;
    }
    if (!isDone()) {
      start();
    }
  }

  private void retry(Throwable failure) {
    if (!(failure instanceof CoordException)) {
      throw new AssertionError(failure);
    }
    store.scheduler().schedule(PAUSE, this::start);
  }
}
