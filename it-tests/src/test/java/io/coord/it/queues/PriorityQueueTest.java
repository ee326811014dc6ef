package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The priority queue on the simulated store. */
class PriorityQueueTest {

  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final PriorityQueue<String> queue = PriorityQueue.of(a, "jobs");
  private final PriorityQueue<String> other = PriorityQueue.of(b, "jobs");

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("jobs/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private String base(int priority) {
    KeyValue base =
        etcd.keys(KeyRange.single(Bytes.utf8(String.format("__jobs/%05d", priority)))).get(0);
    return base.value().utf8();
  }

  private void putByHand(Op... ops) {
    etcd.await(CoordRuntime.of(b).store().txn(TxnRequest.of(ops)));
  }

  /** What Go's recipe writes: the item, and an empty base key. */
  private void putAsGoDoes(int priority, int sequence, String value) {
    putByHand(
        Op.put(Bytes.utf8(String.format("__jobs/%05d", priority)), Bytes.EMPTY),
        Op.put(
            Bytes.utf8(String.format("jobs/%05d/%016d", priority, sequence)), Bytes.utf8(value)));
  }

  private List<String> drain(PriorityQueue<String> from) {
    List<String> values = new ArrayList<>();
    Optional<String> next = etcd.await(from.pollAsync());
    while (next.isPresent()) {
      values.add(next.get());
      next = etcd.await(from.pollAsync());
    }
    return values;
  }

  @Test
  void poll_severalPriorities_givesTheSmallestFirstAndTheOldestOfIt() {
    etcd.await(queue.enqueueAsync("c1", 500));
    etcd.await(other.enqueueAsync("a1", 0));
    etcd.await(queue.enqueueAsync("d1", 65_535));
    etcd.await(queue.enqueueAsync("b1", 9));
    etcd.await(other.enqueueAsync("a2", 0));
    etcd.await(queue.enqueueAsync("b2", 9));
    etcd.await(other.enqueueAsync("c2", 500));

    assertThat(drain(other)).containsExactly("a1", "a2", "b1", "b2", "c1", "c2", "d1");
  }

  @Test
  void enqueue_keys_areThoseOfGosRecipe() {
    etcd.await(queue.enqueueAsync("x", 7));
    etcd.await(other.enqueueAsync("y", 7));
    etcd.await(queue.enqueueAllAsync(List.of("z", "w"), 65_535));

    assertThat(keys())
        .containsExactly(
            "jobs/00007/0000000000000000",
            "jobs/00007/0000000000000001",
            "jobs/65535/0000000000000000",
            "jobs/65535/0000000000000001");
    assertThat(base(7)).isEqualTo("1");
  }

  @Test
  void enqueue_betweenItemsOfGosClient_goesOnWithTheirSequence() {
    putAsGoDoes(3, 0, "go-0");
    putAsGoDoes(3, 1, "go-1");
    etcd.await(queue.enqueueAsync("ours-2", 3));
    putAsGoDoes(3, 3, "go-3");
    etcd.await(queue.enqueueAsync("ours-4", 3));
    etcd.await(other.enqueueAsync("ours-5", 3));

    assertThat(drain(other)).containsExactly("go-0", "go-1", "ours-2", "go-3", "ours-4", "ours-5");
  }

  @Test
  void enqueue_afterGosClientBeganAnew_writesOverNothing() {
    etcd.await(queue.enqueueAsync("0", 3));
    etcd.await(queue.enqueueAsync("1", 3));
    assertThat(drain(other)).containsExactly("0", "1");
    putAsGoDoes(3, 0, "go-0");
    etcd.await(queue.enqueueAsync("2", 3));

    assertThat(drain(other)).containsExactly("go-0", "2");
  }

  @Test
  void enqueue_whereAKeyWasPutByHand_writesOverNothing() {
    etcd.await(queue.enqueueAsync("0", 3));
    putByHand(Op.put(Bytes.utf8("jobs/00003/0000000000000001"), Bytes.utf8("by hand")));
    etcd.await(queue.enqueueAsync("2", 3));

    assertThat(drain(other)).containsExactly("0", "by hand", "2");
  }

  @Test
  void enqueue_whereAKeyIsNoItem_isRefusedWithTheKey() {
    putByHand(
        Op.put(Bytes.utf8("__jobs/00003"), Bytes.EMPTY),
        Op.put(Bytes.utf8("jobs/00003/7-of-9"), Bytes.utf8("no item")));

    CompletableFuture<Long> before = queue.enqueueAsync("before", 4);
    CompletableFuture<Long> refused = queue.enqueueAsync("0", 3);
    CompletableFuture<Long> together = queue.enqueueAsync("1", 4);

    assertThatThrownBy(() -> etcd.await(refused))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("jobs/00003/7-of-9");
    etcd.await(before);
    etcd.await(together);
    assertThat(drain(other)).containsExactly("before", "1");
  }

  @Test
  void enqueue_lastNumberWasUsedAndItsItemTaken_beginsAnew() {
    putByHand(Op.put(Bytes.utf8("__jobs/00003"), Bytes.utf8("9999999999999998")));
    etcd.await(queue.enqueueAsync("last", 3));
    assertThat(keys()).containsExactly("jobs/00003/9999999999999999");
    assertThat(drain(other)).containsExactly("last");
    etcd.await(other.enqueueAsync("first", 3));

    assertThat(keys()).containsExactly("jobs/00003/0000000000000000");
  }

  @Test
  void enqueue_byTwoClientsAtOnce_usesEachNumberOnce() {
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      puts.add(queue.enqueueAsync("a" + i, i % 3));
      puts.add(other.enqueueAsync("b" + i, i % 3));
    }
    puts.forEach(etcd::await);

    assertThat(keys()).hasSize(400);
    List<String> out = drain(other);
    assertThat(out).hasSize(400).doesNotHaveDuplicates();
  }

  @Test
  void enqueue_replyLost_enqueuesOnceAndGoesOnBehindIt() {
    etcd.await(queue.enqueueAsync("0", 1));
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(queue.enqueueAsync("1", 1));
    etcd.await(queue.enqueueAsync("2", 1));

    assertThat(drain(other)).containsExactly("0", "1", "2");
  }

  @Test
  void enqueue_alone_readsNothing() {
    etcd.await(queue.enqueueAsync("0", 1));
    etcd.await(queue.enqueueAsync("1", 1));
    etcd.await(queue.enqueueAsync("2", 2));

    assertThat(etcd.history().lines().filter(line -> line.contains("a          sends Txn")))
        .as("three, and the put of the marker")
        .hasSize(4);
    assertThat(etcd.history()).doesNotContain("sends Range");
  }

  @Test
  void enqueue_noSuchPriority_isRefusedWithTheBounds() {
    for (int priority : new int[] {-1, 65_536}) {
      assertThatThrownBy(() -> queue.enqueueAsync("x", priority))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the priority is " + priority)
          .hasMessageContaining("0 to 65535");
    }
  }

  @Test
  void dequeue_higherPriorityCameWhileOthersAreTaken_comesFirst() {
    for (int i = 0; i < 20; i++) {
      etcd.await(queue.enqueueAsync("low" + i, 10));
    }
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("low0");
    for (int i = 1; i < 19; i++) {
      etcd.await(queue.enqueueAsync("high" + i, 9));
      assertThat(etcd.await(other.dequeueAsync())).isEqualTo("high" + i);
      assertThat(etcd.await(other.dequeueAsync())).isEqualTo("low" + i);
    }
  }

  @Test
  void dequeue_higherPriorityThatItsWatchHasNotReported_comesFirst() {
    etcd.await(queue.enqueueAllAsync(List.of("low0", "low1", "low2"), 10));
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("low0");
    etcd.faults().breakWatches("b");
    etcd.await(queue.enqueueAsync("high", 9));

    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("high");
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("low1");
  }

  @Test
  void peek_higherPriorityCame_givesIt() {
    etcd.await(queue.enqueueAsync("low", 10));
    assertThat(etcd.await(other.peekAsync())).contains("low");
    etcd.faults().breakWatches("b");
    etcd.await(queue.enqueueAsync("high", 9));

    assertThat(etcd.await(other.peekAsync())).contains("high");
    assertThat(etcd.await(other.sizeAsync())).isEqualTo(2);
  }

  @Test
  void dequeue_empty_waitsForTheNextItem() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiting).isNotDone();
    etcd.await(queue.enqueueAsync("1", 65_535));

    assertThat(etcd.await(waiting)).isEqualTo("1");
  }

  @Test
  void dequeueAsync_cancelledWhileItsItemIsTaken_putsItBackWithItsPriority() {
    etcd.await(queue.enqueueAsync("1", 77));
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.await(() -> keys().isEmpty());
    waiting.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).containsExactly("jobs/00077/0000000000000001");
  }

  @Test
  void queue_ofOnePrioritysName_isLeftAlone() {
    Queue<String> below = Queue.of(a, "jobs/00007");
    etcd.await(below.enqueueAsync("below"));
    putByHand(Op.put(Bytes.utf8("jobs/00007/1700000000000000009"), Bytes.utf8("go below")));
    etcd.await(queue.enqueueAsync("ours", 8));

    assertThat(etcd.await(other.sizeAsync())).isEqualTo(1);
    assertThat(drain(other)).containsExactly("ours");
    assertThat(etcd.await(below.sizeAsync())).isEqualTo(2);
  }
}
