package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Work queues on an etcd that takes smaller requests than it does by default. */
class WorkLimitTest extends WorkScenario {

  private static final int LIMIT = 65_536;

  /** As etcd with {@code --max-request-bytes}. */
  private static final class SmallRequests extends ForwardingStore {
    private int refused;

    SmallRequests(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      if (size(request) > LIMIT) {
        refused++;
        return CompletableFuture.failedFuture(new RefusedException("too large", null));
      }
      return super.txn(request);
    }

    private static long size(TxnRequest request) {
      long size = request.success().stream().mapToLong(SmallRequests::size).sum();
      for (Compare compare : request.compares()) {
        size += compare.range().start().length();
      }
      return size + request.failure().stream().mapToLong(SmallRequests::size).sum();
    }

    private static long size(Op op) {
      if (op instanceof Op.Nested nested) {
        return size(nested.request());
      }
      return op instanceof Op.Put put ? put.key().length() + put.value().length() : 0;
    }
  }

  private final SmallRequests store = new SmallRequests(etcd.client("limited"));
  private final Coord limited =
      CoordRuntime.over(CoordRuntime.of(a).config(), store, Runnable::run);
  private final WorkQueue<String> work = queue(etcd.await(limited.openSessionAsync(TTL)), TWICE);

  private CompletableFuture<Long> put(int size) {
    CompletableFuture<Long> put = work.enqueueAsync("v".repeat(size), EnqueueOptions.defaults());
    etcd.await(put::isDone);
    return put;
  }

  @Test
  void enqueue_aboutAsLargeAsASmallLimitAllows_isRefusedOrCanGoTheWholeWay() {
    int size = LIMIT;
    while (put(size).isCompletedExceptionally()) {
      size -= 20;
    }
    assertThat(size).isGreaterThan(LIMIT - 20_000);
    String reason = "€".repeat(1_000);
    etcd.await(claim(work).nackAsync(reason));
    etcd.await(claim(work).nackAsync(reason));
    etcd.await(work.retryAsync(etcd.await(work.deadLettersAsync()).get(0).id()));
    etcd.await(claim(work).ackAsync());
  }

  @Test
  void claim_moreTogetherThanASmallLimitAllows_givesEachToSomebody() {
    for (int i = 0; i < 6; i++) {
      etcd.await(put(30_000));
    }
    List<CompletableFuture<Claim<String>>> claims = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      claims.add(work.claimAsync());
    }

    assertThat(claims.stream().map(etcd::await).map(Claim::key)).doesNotHaveDuplicates();
    assertThat(store.refused).isBetween(1, 5);
  }
}
