package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.queues.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a consumer asks of etcd for an item, while nobody else takes any, and when others do. */
class LoneConsumerTest extends QueueScenario {

  private final Requests requests = new Requests(etcd.client("consumer"));
  private final Queue<String> consumer =
      Queue.of(CoordRuntime.over(CoordRuntime.of(a).config(), requests, Runnable::run), "jobs");

  private void put(int from, int to) {
    for (int first = from; first < to; first += 100) {
      List<String> values = new ArrayList<>();
      for (int i = first; i < Math.min(to, first + 100); i++) {
        values.add("v" + i);
      }
      etcd.await(queue.enqueueAllAsync(values));
    }
  }

  private static List<String> values(int from, int to) {
    List<String> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add("v" + i);
    }
    return values;
  }

  private List<String> take(Queue<String> from, int count) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(etcd.await(from.dequeueAsync()));
    }
    return taken;
  }

  @Test
  void dequeue_oneAfterTheOther_costsLittleMoreThanItsTransaction() {
    put(0, 600);

    assertThat(take(consumer, 600)).isEqualTo(values(0, 600));

    assertThat(requests.txns).as("takes, markers, and values many at once").isBetween(601, 615);
    assertThat(requests.limits).hasSizeBetween(1, 4);
  }

  @Test
  void dequeue_nobodyElseTakes_isNotToldOfWhatItTook() {
    put(0, 50);
    take(consumer, 50);
    etcd.runFor(A_MOMENT);

    put(50, 60);
    assertThat(take(consumer, 10)).isEqualTo(values(50, 60));

    assertThat(requests.watched).containsExactly(Changes.PUTS);
  }

  @Test
  void dequeue_othersTookManyMeanwhile_goesPastThemWithoutTryingEach() {
    put(0, 900);
    take(consumer, 2);
    take(other, 1);
    take(consumer, 2);
    etcd.runFor(A_MOMENT);

    assertThat(take(other, 400)).isEqualTo(values(5, 405));
    etcd.runFor(A_MOMENT);
    int before = requests.txns;
    assertThat(take(consumer, 1)).containsExactly("v405");

    assertThat(requests.watched).containsExactly(Changes.PUTS, Changes.ALL);
    assertThat(requests.txns - before).as("one take, and values").isLessThan(4);
  }

  @Test
  void peek_othersTakeMany_goesPastThemWithoutTryingEach() {
    put(0, 900);
    assertThat(etcd.await(consumer.peekAsync())).contains("v0");
    take(other, 1);
    assertThat(etcd.await(consumer.peekAsync())).contains("v1");
    etcd.runFor(A_MOMENT);

    take(other, 400);
    etcd.runFor(A_MOMENT);
    int before = requests.txns;
    assertThat(etcd.await(consumer.peekAsync())).contains("v401");

    assertThat(requests.txns - before).isEqualTo(1);
  }

  /** Counts what is asked of a store. */
  private static final class Requests extends ForwardingStore {

    private final List<Changes> watched = new ArrayList<>();
    private final List<Long> limits = new ArrayList<>();
    private int txns;

    Requests(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      limits.add(request.limit());
      return super.range(request);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      txns++;
      return super.txn(request);
    }

    @Override
    public Watch watch(
        KeyRange range, long startRevision, Changes changes, WatchListener listener) {
      watched.add(changes);
      return super.watch(range, startRevision, changes, listener);
    }
  }
}
