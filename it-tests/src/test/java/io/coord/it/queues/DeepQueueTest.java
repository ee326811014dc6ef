package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.queues.Queue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Queues with more items than are read at once, put by several producers and by strangers. */
class DeepQueueTest extends QueueScenario {

  private static final int TOGETHER = 50;

  private final List<String> expected = new ArrayList<>();

  private void put(Queue<String> by, int groups) {
    for (int i = 0; i < groups; i++) {
      List<String> values = new ArrayList<>();
      for (int j = 0; j < TOGETHER; j++) {
        values.add("v" + (expected.size() + j));
      }
      etcd.await(by.enqueueAllAsync(values));
      expected.addAll(values);
    }
  }

  private void putByHand(String key) {
    putByHand(key, "v" + expected.size());
    expected.add("v" + expected.size());
  }

  private List<String> takeAll() {
    return take(expected.size());
  }

  private List<String> take(int number) {
    Queue<String> consumer = Queue.of(etcd.coord("consumer"), "jobs");
    List<CompletableFuture<String>> taking = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      taking.add(consumer.dequeueAsync());
    }
    return taking.stream().map(etcd::await).toList();
  }

  @Test
  void dequeue_oneProducersDeepQueue_givesTheOrderOfCommits() {
    put(queue, 60);

    assertThat(takeAll()).isEqualTo(expected);
  }

  /** More than are kept in memory. */
  @Test
  void dequeue_manyMoreComeInThanTheConsumerKeeps_givesAll() {
    Queue<String> consumer = Queue.of(etcd.coord("consumer"), "jobs");
    assertThat(etcd.await(consumer.pollAsync())).isEmpty();
    int groups = 330;
    for (int i = 0; i < groups; i++) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }
    List<CompletableFuture<String>> taking = new ArrayList<>();
    for (int i = 0; i < groups * 100; i++) {
      taking.add(consumer.dequeueAsync());
    }

    assertThat(taking.stream().map(etcd::await)).hasSize(groups * 100);
  }

  @Test
  void dequeue_producersInTurn_givesTheOrderOfCommits() {
    Queue<String> third = Queue.of(etcd.coord("c"), "jobs");
    for (int i = 0; i < 25; i++) {
      put(queue, 1);
      put(other, 1);
      put(third, 1);
    }

    assertThat(takeAll()).isEqualTo(expected);
  }

  @Test
  void dequeue_producersOneAfterTheOther_givesTheOrderOfCommits() {
    for (String producer : List.of("e", "d", "c")) {
      put(Queue.of(etcd.coord(producer), "jobs"), 25);
    }
    put(queue, 1);

    assertThat(takeAll()).isEqualTo(expected);
  }

  @Test
  void dequeue_moreProducersThanAreReadOneByOne_givesTheOrderOfCommits() {
    List<Queue<String>> producers = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      Coord coord = etcd.coord("p" + i);
      producers.add(Queue.of(coord, "jobs"));
    }
    // The first 1,024 items of each are read in a request of their own.
    for (int i = 0; i < 21; i++) {
      producers.forEach(producer -> put(producer, 1));
    }

    assertThat(take(2_000)).isEqualTo(expected.subList(0, 2_000));
  }

  @Test
  void dequeue_keysOfStrangersAmongThem_givesTheOrderOfCommits() {
    put(queue, 15);
    putByHand("jobs/1600000000000000000");
    put(other, 15);
    putByHand("jobs/zzz");
    put(queue, 15);

    assertThat(takeAll()).isEqualTo(expected);
  }

  @Test
  void dequeue_itemsWrittenAgainByHand_givesThemWhereTheyAreNow() {
    put(queue, 30);
    List<String> keys = keys("jobs/").stream().map(item -> item.key().utf8()).toList();
    // The last one of the first page would be the end of what is known.
    for (int index : List.of(1_023, 0)) {
      expected.remove("v" + index);
      putByHand(keys.get(index), "again" + index);
      expected.add("again" + index);
    }

    assertThat(takeAll()).isEqualTo(expected);
  }

  /** As many as are read at once, so that wherever a reading ends it ends at one of them. */
  @Test
  void dequeue_manyInTheMiddleWrittenAgain_givesThemAfterWhatFollowedThem() {
    put(queue, 50);
    List<String> keys = keys("jobs/").stream().map(item -> item.key().utf8()).toList();
    for (int index = 900; index < 2_000; index++) {
      writeAgain(keys, index);
    }

    assertThat(takeAll()).isEqualTo(expected);
  }

  @Test
  void dequeue_manyDeletedAndPutBackFromTheEnd_givesThemInThatOrder() {
    put(queue, 42);
    List<String> keys = keys("jobs/").stream().map(item -> item.key().utf8()).toList();
    for (int index = keys.size() - 1; index >= 900; index--) {
      etcd.faults().deleteKey(Bytes.utf8(keys.get(index)));
      writeAgain(keys, index);
    }

    assertThat(takeAll()).isEqualTo(expected);
  }

  private void writeAgain(List<String> keys, int index) {
    putByHand(keys.get(index), "again" + index);
    expected.remove("v" + index);
    expected.add("again" + index);
  }

  /** As one transaction puts them, by way of others inside it. */
  private void putTogether(int groups) {
    List<Op> nested = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      List<Op> puts = new ArrayList<>();
      for (int j = 0; j < TOGETHER; j++) {
        String value = "v" + expected.size();
        puts.add(
            Op.put(
                Bytes.utf8(String.format("jobs/by-hand-%06d", expected.size())),
                Bytes.utf8(value)));
        expected.add(value);
      }
      nested.add(new Op.Nested(TxnRequest.of(puts.toArray(Op[]::new))));
    }
    etcd.await(CoordRuntime.of(b).store().txn(TxnRequest.of(nested.toArray(Op[]::new))));
  }

  @Test
  void dequeue_moreOfOneTransactionThanAreReadAtOnce_givesThemByKey() {
    putTogether(22);
    put(queue, 1);

    assertThat(takeAll()).isEqualTo(expected);
  }

  @Test
  void poll_amongManyStrangersWhileTheOnlyItemIsReplaced_findsTheOtherOne() {
    assertThat(pollInTwoPages(() -> {})).contains("B");
  }

  @Test
  void poll_amongManyStrangersCompactedMeanwhile_findsTheItem() {
    assertThat(pollInTwoPages(etcd.faults()::compact)).contains("B");
  }

  /** Between the pages, the only item is replaced by B, and something else is done. */
  private Optional<String> pollInTwoPages(Runnable between) {
    putStrangers();
    etcd.await(other.enqueueAsync("A"));
    SlowReader slow = new SlowReader(etcd.client("slow"));
    Queue<String> reading =
        Queue.of(CoordRuntime.over(CoordRuntime.of(a).config(), slow, Runnable::run), "jobs");
    CompletableFuture<Optional<String>> poll = reading.pollAsync();
    etcd.await(() -> !slow.held.isEmpty());
    etcd.await(other.enqueueAsync("B"));
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("A");
    between.run();
    slow.held.forEach(Runnable::run);
    return etcd.await(poll);
  }

  /** More than one page of them. */
  private void putStrangers() {
    for (int i = 0; i < 165; i++) {
      Op[] puts = new Op[100];
      for (int j = 0; j < puts.length; j++) {
        puts[j] = Op.put(Bytes.utf8("jobs/!x/" + (100 * i + j)), Bytes.EMPTY);
      }
      etcd.await(CoordRuntime.of(b).store().txn(TxnRequest.of(puts)));
    }
  }

  /** Holds back the last page of its first reading by key, and hears of no change. */
  private static final class SlowReader extends ForwardingStore {

    private final List<Runnable> held = new ArrayList<>();

    SlowReader(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      boolean isRest =
          held.isEmpty() && request.range().start().compareTo(Bytes.utf8("jobs/!x/")) > 0;
      if (!isRest) {
        return super.range(request);
      }
      CompletableFuture<Void> released = new CompletableFuture<>();
      held.add(() -> released.complete(null));
      return released.thenCompose(now -> super.range(request));
    }

    @Override
    public Watch watch(
        KeyRange range, long startRevision, Changes changes, WatchListener listener) {
      return () -> {};
    }
  }
}
