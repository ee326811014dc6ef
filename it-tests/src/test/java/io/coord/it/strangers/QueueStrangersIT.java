package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Our queues and the recipes of etcd's Go client on one name. */
@EtcdTest
class QueueStrangersIT extends BesideStrangers {

  private static final int ITEMS = 60;

  QueueStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  @Test
  void queue_itemsOfBoth_leaveInTheOrderTheyCame() throws Exception {
    Queue<String> ours = Queue.of(coord, NAME);
    try (Stranger go = stranger("queue")) {
      go.ask("enqueue go1");
      ours.enqueue("java1");
      go.ask("enqueue go2");
      ours.enqueue("java2");

      assertThat(go.ask("dequeue")).isEqualTo("go1");
      assertThat(get(ours.dequeueAsync())).isEqualTo("java1");
      assertThat(get(ours.dequeueAsync())).isEqualTo("go2");
      assertThat(go.ask("dequeue")).isEqualTo("java2");
      assertThat(ours.size()).isZero();
    }
  }

  @Test
  void queue_eachSideWaiting_isWokenByTheOther() throws Exception {
    Queue<String> ours = Queue.of(coord, NAME);
    try (Stranger go = stranger("queue")) {
      CompletableFuture<String> waiting = ours.dequeueAsync();
      go.ask("enqueue ping");
      assertThat(get(waiting)).isEqualTo("ping");
      go.tell("dequeue");
      ours.enqueue("pong");
      assertThat(go.answer()).isEqualTo("pong");
    }
  }

  @Test
  void queue_consumersOnBothSides_takeEachItemOnce() throws Exception {
    Queue<String> ours = Queue.of(coord, NAME);
    List<String> taken = new ArrayList<>();
    try (Stranger go = stranger("queue")) {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < ITEMS; i++) {
        items.add("item" + i);
      }
      ours.enqueueAll(items);
      for (int i = 0; i < ITEMS / 2; i++) {
        go.tell("dequeue");
        taken.add(get(ours.dequeueAsync()));
        taken.add(go.answer());
      }

      Set<String> distinct = new HashSet<>(taken);
      assertThat(distinct).hasSize(ITEMS).containsAll(items);
      assertThat(get(ours.pollAsync())).isEmpty();
    }
  }

  @Test
  void queue_goConsumerKilledWhileItWaits_takesNothingWithIt() throws Exception {
    Queue<String> ours = Queue.of(coord, NAME);
    try (Stranger go = stranger("queue")) {
      go.tell("dequeue");
      go.kill();
      go.close();
      ours.enqueue("kept");

      assertThat(get(ours.dequeueAsync())).isEqualTo("kept");
    }
  }

  @Test
  void queue_ourConsumerEndsWhileItWaits_takesNothingWithIt() throws Exception {
    try (Stranger go = stranger("queue")) {
      CompletableFuture<String> waiting;
      try (Coord other = Coord.connect(cluster.connectionString())) {
        waiting = Queue.of(other, NAME).dequeueAsync();
        assertThat(get(Queue.of(other, NAME).pollAsync())).isEmpty();
      }
      go.ask("enqueue kept");

      assertThat(waiting).failsWithin(BOUND);
      assertThat(go.ask("dequeue")).isEqualTo("kept");
    }
  }

  @Test
  void priorityQueue_eachSideWaiting_isWokenByTheOther() throws Exception {
    PriorityQueue<String> ours = PriorityQueue.of(coord, NAME);
    try (Stranger go = stranger("pqueue");
        Stranger killed = stranger("pqueue")) {
      CompletableFuture<String> waiting = ours.dequeueAsync();
      go.ask("enqueue ping 3");
      assertThat(get(waiting)).isEqualTo("ping");
      killed.tell("dequeue");
      killed.kill();
      killed.close();
      go.tell("dequeue");
      ours.enqueue("pong", 3);
      assertThat(go.answer()).isEqualTo("pong");
    }
  }

  @Test
  void priorityQueue_itemsOfBoth_leaveByPriority() throws Exception {
    PriorityQueue<String> ours = PriorityQueue.of(coord, NAME);
    try (Stranger go = stranger("pqueue")) {
      go.ask("enqueue go-low 9");
      ours.enqueue("java-high", 0);
      ours.enqueue("java-low", 9);
      go.ask("enqueue go-high 0");

      assertThat(go.ask("dequeue")).isEqualTo("java-high");
      assertThat(get(ours.dequeueAsync())).isEqualTo("go-high");
      assertThat(get(ours.dequeueAsync())).isEqualTo("go-low");
      assertThat(go.ask("dequeue")).isEqualTo("java-low");
    }
  }
}
