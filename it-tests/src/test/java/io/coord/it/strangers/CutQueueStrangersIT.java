package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.internal.store.Watch;
import io.coord.it.queues.QueueTraffic;
import io.coord.it.torture.simulated.model.QueueModel;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Producers and consumers on both sides of one queue, ours and the recipes of etcd's Go client,
 * while our connections are cut at random: answers get lost, and what was asked is found out later.
 */
@EtcdTest(members = 3)
class CutQueueStrangersIT extends BesideStrangers {

  private static final Duration A_WHILE = Duration.ofMillis(300);
  private static final List<ClientCut> WAYS = List.of(ClientCut.values());
  private static final int CUTS = 12;
  private static final int MORE = 50;

  private final List<Coord> ours = new ArrayList<>();
  private final List<Stranger> strangers = new ArrayList<>();
  private final Map<String, Integer> served = new ConcurrentHashMap<>();
  private final AtomicInteger putByGo = new AtomicInteger();
  private final Random random = new Random(1);

  CutQueueStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  @AfterEach
  void end() {
    cluster.heal();
    strangers.forEach(Stranger::close);
    ours.forEach(Coord::close);
  }

  @Test
  void queue_ourConnectionsCutAtRandom_everyItemOfBothSidesOutOnceInOrder() throws Exception {
    QueueTraffic traffic = new QueueTraffic(NAME, QueueModel.Kind.FIFO);
    for (int i = 0; i < 2; i++) {
      Queue<String> queue = Queue.of(newCoord(), NAME);
      traffic.producer("java" + i, (value, number) -> queue.enqueue(value));
      consumers(traffic, i, queue);
    }
    Stranger producer = newStranger("queue");
    traffic.producer("go", (value, number) -> put(producer, value));
    traffic.consumer("go", goConsumer("queue"));
    try (Coord auditor = Coord.connect(Stranger.pastTheLink(cluster));
        Watch watch = traffic.audit(auditor)) {
      assertThat(watch).isNotNull();
      cutAtRandom(traffic);
    }
  }

  /** Go's consumers may pass by what came after they looked, so the order is not audited. */
  @Test
  void priorityQueue_ourConnectionsCutAtRandom_everyItemOfBothSidesOutOnce() throws Exception {
    QueueTraffic traffic = new QueueTraffic(NAME, QueueModel.Kind.PRIORITY);
    for (int i = 0; i < 2; i++) {
      PriorityQueue<String> queue = PriorityQueue.of(newCoord(), NAME);
      traffic.producer("java" + i, (value, number) -> queue.enqueue(value, number % 3));
      consumers(traffic, i, queue);
    }
    Stranger producer = newStranger("pqueue");
    traffic.producer("go", (value, number) -> put(producer, value + " " + number % 3));
    traffic.consumer("go", goConsumer("pqueue"));
    cutAtRandom(traffic);
  }

  private Coord newCoord() throws InterruptedException {
    Coord another = Coord.connect(cluster.connectionString());
    ours.add(another);
    return another;
  }

  private Stranger newStranger(String kind) throws InterruptedException {
    Stranger another = stranger(kind);
    strangers.add(another);
    return another;
  }

  private void consumers(QueueTraffic traffic, int number, ItemQueue<String> queue) {
    for (int i = 0; i < 2; i++) {
      traffic.consumer("java" + number + i, () -> counted("java", queue.poll(A_WHILE)));
    }
  }

  private void put(Stranger producer, String item) throws InterruptedException {
    producer.ask("enqueue " + item);
    putByGo.incrementAndGet();
  }

  /** A recipe's dequeue waits until it has an item: what was not answered goes on. */
  private QueueTraffic.Consuming goConsumer(String kind) throws InterruptedException {
    Stranger consumer = newStranger(kind);
    consumer.tell("dequeue");
    return () -> {
      Optional<String> taken = counted("go", consumer.answerWithin(A_WHILE));
      if (taken.isPresent()) {
        consumer.tell("dequeue");
      }
      return taken;
    };
  }

  private Optional<String> counted(String consumer, Optional<String> taken) {
    taken.ifPresent(
        value ->
            served.merge(consumer + (isGo(value) ? " from go" : " from java"), 1, Integer::sum));
    return taken;
  }

  private static boolean isGo(String value) {
    return value.startsWith("go");
  }

  private void cutAtRandom(QueueTraffic traffic) throws InterruptedException {
    traffic.start();
    try {
      for (int i = 0; i < CUTS; i++) {
        traffic.awaitMore(MORE);
        cutOnce();
      }
      traffic.awaitMore(MORE);
      traffic.finish();
    } finally {
      traffic.stop();
    }
    assertThat(served)
        .containsOnlyKeys("java from java", "java from go", "go from java", "go from go");
  }

  /** Cuts one member off, or all; answers that were held back are lost then, as often as not. */
  private void cutOnce() {
    List<EtcdMember> cut =
        random.nextBoolean()
            ? cluster.members()
            : List.of(cluster.member(random.nextInt(cluster.members().size())));
    ClientCut how = WAYS.get(random.nextInt(WAYS.size()));
    cut.forEach(member -> member.cutClients(how));
    awaitGo(1 + random.nextInt(200));
    if (random.nextBoolean()) {
      cut.forEach(member -> member.cutClients(ClientCut.REFUSED));
      awaitGo(1 + random.nextInt(50));
    }
    cut.forEach(EtcdMember::reconnectClients);
  }

  /** How long a cut lasts: until the side that is not cut has put so many more. */
  private void awaitGo(int more) {
    int before = putByGo.get();
    await().atMost(BOUND).until(() -> putByGo.get() >= before + more);
  }
}
