package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Queue;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large values behind so many small ones that many are read at once. */
class LargeValuesTest extends QueueScenario {

  private static final int SMALL = 400;
  private static final int LARGE = 100;
  private static final int LARGE_BYTES = 1_400_000;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  @BeforeEach
  void put() {
    for (int i = 0; i < SMALL; i += 100) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }
    String large = "x".repeat(LARGE_BYTES);
    for (int i = 0; i < LARGE; i++) {
      etcd.await(queue.enqueueAsync(large));
    }
  }

  /** Fails answers that are larger than its line carries within the request timeout. */
  private static final class Line extends ForwardingStore {

    private final long limit;
    private long largest;

    Line(Store store, long limit) {
      super(store);
      this.limit = limit;
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      return super.txn(request).thenCompose(this::carry);
    }

    private CompletableFuture<TxnResult> carry(TxnResult answer) {
      long bytes = answer.results().stream().mapToLong(Line::bytes).sum();
      largest = Math.max(largest, bytes);
      if (bytes <= limit) {
        return CompletableFuture.completedFuture(answer);
      }
      CompletableFuture<TxnResult> tooSlow = new CompletableFuture<>();
      scheduler()
          .schedule(
              Duration.ofSeconds(10),
              () -> tooSlow.completeExceptionally(new UnavailableException("no answer", null)));
      return tooSlow;
    }

    private static long bytes(OpResult result) {
      return result instanceof OpResult.Range range
          ? range.result().kvs().stream().map(KeyValue::value).mapToLong(v -> v.length()).sum()
          : 0;
    }
  }

  private void takeAllOver(Line line) {
    Coord coord = CoordRuntime.over(CoordRuntime.of(a).config(), line, Runnable::run);
    Queue<String> consumer = Queue.of(coord, "jobs");
    for (int i = 0; i < SMALL; i++) {
      assertThat(etcd.await(consumer.dequeueAsync())).isEqualTo("v");
    }
    for (int i = 0; i < LARGE; i++) {
      CompletableFuture<String> taken = consumer.dequeueAsync();
      assertThat(etcd.run(taken::isDone, Duration.ofMinutes(2))).isTrue();
      assertThat(etcd.await(taken)).hasSize(LARGE_BYTES);
    }
  }

  @Test
  void dequeue_byOneCaller_readsNoMoreAtOnceThanItNeedsForAWhile() {
    Line line = new Line(etcd.client("line"), NO_LIMIT);
    takeAllOver(line);

    assertThat(line.largest).isLessThanOrEqualTo(64L * LARGE_BYTES);
  }

  @Test
  void dequeue_overALineThatIsTooSlowForManyAtOnce_readsFewer() {
    takeAllOver(new Line(etcd.client("line"), 2L * LARGE_BYTES));
  }
}
