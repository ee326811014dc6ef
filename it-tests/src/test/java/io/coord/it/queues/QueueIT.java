package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Watch;
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
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues on three real members. */
@EtcdTest(members = 3)
class QueueIT {

  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final Duration A_WHILE = Duration.ofMillis(300);
  private static final int MORE = 200;

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();

  QueueIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void clean() {
    cluster.deleteEverything();
  }

  @AfterEach
  void close() {
    coords.forEach(Coord::close);
  }

  private Coord connect() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord;
  }

  /** While values go in and out of both queues, everything goes wrong with the members in turn. */
  @Test
  void queues_membersKilledFrozenAndMute_everyItemOutOnceInOrder() throws InterruptedException {
    QueueTraffic fifo = new QueueTraffic("jobs", QueueModel.Kind.FIFO);
    QueueTraffic priority = new QueueTraffic("urgent", QueueModel.Kind.PRIORITY);
    for (int i = 0; i < 2; i++) {
      Coord coord = connect();
      Queue<String> queue = Queue.of(coord, "jobs");
      fifo.producer("p" + i, (value, number) -> queue.enqueue(value));
      fifo.producer("q" + i, (value, number) -> queue.enqueueAsync(value).join());
      PriorityQueue<String> byPriority = PriorityQueue.of(coord, "urgent");
      priority.producer("p" + i, (value, number) -> byPriority.enqueue(value, number % 3));
      for (int j = 0; j < 3; j++) {
        fifo.consumer("c" + i + j, () -> queue.poll(A_WHILE));
        priority.consumer("d" + i + j, () -> byPriority.poll(A_WHILE));
      }
    }
    try (Watch watch = fifo.audit(connect());
        Watch another = priority.audit(connect())) {
      everythingGoesWrong(List.of(fifo, priority));
      assertThat(List.of(watch, another)).doesNotContainNull();
    } finally {
      fifo.stop();
      priority.stop();
    }
  }

  private void everythingGoesWrong(List<QueueTraffic> traffics) throws InterruptedException {
    traffics.forEach(QueueTraffic::start);
    awaitMore(traffics);
    EtcdMember first = cluster.awaitLeader(BOUND);
    first.kill();
    awaitMore(traffics);
    first.restart();
    cluster.awaitHealthy(BOUND);
    EtcdMember second = cluster.awaitLeader(BOUND);
    second.freeze();
    awaitMore(traffics);
    second.thaw();
    cluster.awaitHealthy(BOUND);
    EtcdMember third = cluster.awaitLeader(BOUND);
    third.cutClients(ClientCut.REPLIES_LOST);
    awaitMore(traffics);
    third.reconnectClients();
    awaitMore(traffics);
    for (QueueTraffic traffic : traffics) {
      traffic.finish();
    }
  }

  private static void awaitMore(List<QueueTraffic> traffics) {
    traffics.forEach(traffic -> traffic.awaitMore(MORE));
  }

  @Test
  void dequeue_allMembersRestartedAndThePastCompacted_goesOnWaiting() throws Exception {
    Queue<String> queue = Queue.of(connect(), "jobs");
    Queue<String> other = Queue.of(connect(), "jobs");
    CompletableFuture<String> waiting = other.dequeueAsync();
    other.peek();
    cluster.members().forEach(EtcdMember::kill);
    cluster.members().forEach(EtcdMember::restart);
    cluster.awaitHealthy(BOUND);
    for (int i = 0; i < 3; i++) {
      cluster.etcdctl("put", "other", "value" + i);
      cluster.compact();
    }
    queue.enqueue("1");

    assertThat(waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("1");
  }

  @Test
  void values_emptyMebibyteAndArbitrary_comeOutAsTheyWentIn() throws InterruptedException {
    Queue<Bytes> in = Queue.of(connect(), "raw", Codec.bytes());
    Queue<Bytes> out = Queue.of(connect(), "raw", Codec.bytes());
    byte[] mebibyte = new byte[1 << 20];
    new Random(1).nextBytes(mebibyte);
    List<Bytes> values =
        List.of(Bytes.EMPTY, Bytes.wrap(mebibyte), Bytes.wrap(new byte[] {0, -1, '/', 10}));
    for (Bytes value : values) {
      in.enqueue(value);
    }
    for (Bytes value : values) {
      assertThat(out.dequeue()).isEqualTo(value);
    }
  }

  @Test
  void enqueue_tooLarge_isRefusedClearlyAndTheQueueIsUnharmed() throws InterruptedException {
    Queue<Bytes> queue = Queue.of(connect(), "raw", Codec.bytes());
    queue.enqueue(Bytes.utf8("1"));
    for (int size : new int[] {1_600_000, 5 << 20}) {
      assertThatThrownBy(() -> queue.enqueue(Bytes.wrap(new byte[size])))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("1.5 MiB");
    }
    queue.enqueue(Bytes.utf8("2"));

    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.dequeue()).isEqualTo(Bytes.utf8("1"));
    assertThat(queue.dequeue()).isEqualTo(Bytes.utf8("2"));
  }

  @Test
  void dequeue_interruptedAtAnyMoment_takesNoItemWithIt() throws Exception {
    Queue<String> queue = Queue.of(connect(), "jobs");
    Queue<String> other = Queue.of(connect(), "jobs");
    for (int i = 0; i < 40; i++) {
      AtomicReference<String> got = new AtomicReference<>();
      CountDownLatch begun = new CountDownLatch(1);
      Thread waiter =
          new Thread(
              () -> {
                begun.countDown();
                try {
                  got.set(other.dequeue());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      waiter.start();
      begun.await();
      queue.enqueue("v" + i);
      waiter.interrupt();
      waiter.join(BOUND.toMillis());

      assertThat(waiter.isAlive()).isFalse();
      assertThat(queue.poll().isPresent()).isEqualTo(got.get() == null);
    }
  }

  @Test
  void poll_untilATime_givesNothingWhenItIsOver() throws InterruptedException {
    assertThat(Queue.of(connect(), "jobs").poll(A_WHILE)).isEmpty();
    assertThat(PriorityQueue.of(connect(), "jobs").poll(A_WHILE)).isEmpty();
  }

  @Test
  void queues_itemsPutByHand_comeOutInOrder() throws InterruptedException {
    Queue<String> queue = Queue.of(connect(), "jobs");
    cluster.etcdctl("put", "jobs/1700000000000000009", "by hand 1");
    queue.enqueue("ours 2");
    cluster.etcdctl("put", "jobs/1700000000000000003", "by hand 3");
    assertThat(List.of(queue.dequeue(), queue.dequeue(), queue.dequeue()))
        .containsExactly("by hand 1", "ours 2", "by hand 3");

    PriorityQueue<String> byPriority = PriorityQueue.of(connect(), "jobs");
    byPriority.enqueue("ours 2", 5);
    cluster.etcdctl("put", "__jobs/00004", "");
    cluster.etcdctl("put", "jobs/00004/0000000000000000", "by hand 1");
    assertThat(List.of(byPriority.dequeue(), byPriority.dequeue()))
        .containsExactly("by hand 1", "ours 2");
  }

  @Test
  void dequeue_tenThousandDeep_givesThemInOrder() throws Exception {
    Queue<String> queue = Queue.of(connect(), "jobs");
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      puts.add(queue.enqueueAsync("v" + i));
    }
    for (CompletableFuture<Long> put : puts) {
      put.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(queue.size()).isEqualTo(10_000);

    takeAll(Queue.of(connect(), "jobs"));
    assertThat(queue.poll()).isEmpty();
  }

  private static void takeAll(ItemQueue<String> queue) throws Exception {
    List<CompletableFuture<String>> taken = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      taken.add(queue.dequeueAsync());
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(taken.get(i).get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("v" + i);
    }
  }

  @Test
  void close_withCallsPending_endsThemAndItsThreads() throws InterruptedException {
    Coord coord = Coord.builder().name("closing").endpoints(cluster.connectionString()).connect();
    Queue<String> queue = Queue.of(coord, "jobs");
    queue.enqueue("1");
    queue.dequeue();
    CompletableFuture<String> waiting = queue.dequeueAsync();
    coord.close();

    await().atMost(BOUND).until(waiting::isCompletedExceptionally);
    await()
        .atMost(BOUND)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("closing")));
    assertThat(cluster.keyCount()).isZero();
    assertThat(cluster.leaseCount()).isZero();
  }
}
