package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.DeadLetter;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.Worker;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The work queue, and its workers, on three real members. */
@EtcdTest(members = 3)
class WorkQueueIT {

  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final WorkCounts EMPTY = new WorkCounts(0, 0, 0);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final List<Process> children = new ArrayList<>();

  WorkQueueIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void clean() {
    cluster.deleteEverything();
  }

  @AfterEach
  void close() throws InterruptedException {
    for (Process child : children) {
      assertThat(child.destroyForcibly().waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    coords.forEach(Coord::close);
  }

  private WorkQueue<String> queue(WorkQueueOptions options) throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    Session session = coord.openSession(TTL);
    return WorkQueue.of(session, WorkConsumer.NAME, Codec.utf8(), options);
  }

  private void awaitEmpty(WorkQueue<String> queue) {
    await().atMost(BOUND).until(() -> queue.counts().equals(EMPTY));
  }

  @Test
  void work_membersKilledAndFrozen_everyItemDoneOnce() throws InterruptedException {
    WorkQueue<String> queue = queue(WorkConsumer.OPTIONS);
    Map<String, Integer> done = new ConcurrentHashMap<>();
    AtomicInteger put = new AtomicInteger();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(
          queue(WorkConsumer.OPTIONS).work(3, claim -> done.merge(claim.value(), 1, Integer::sum)));
    }
    for (EtcdMember member : cluster.members().subList(0, 2)) {
      putMore(queue, put);
      member.kill();
      putMore(queue, put);
      member.restart();
      cluster.awaitHealthy(BOUND);
      member.freeze();
      putMore(queue, put);
      member.thaw();
      cluster.awaitHealthy(BOUND);
    }
    awaitEmpty(queue);
    workers.forEach(Worker::close);

    assertThat(done).hasSize(put.get());
    assertThat(done.values()).containsOnly(1);
    assertThat(workers).noneMatch(Worker::isRunning);
  }

  private static void putMore(WorkQueue<String> queue, AtomicInteger number)
      throws InterruptedException {
    for (int i = 0; i < 40; i++) {
      queue.enqueue("v" + number.getAndIncrement());
    }
  }

  @Test
  void claim_consumersOfOtherProcessesKilled_everyItemReturnsAndIsDone() throws Exception {
    WorkQueue<String> queue = queue(WorkConsumer.OPTIONS);
    for (int i = 0; i < 3; i++) {
      children.add(startConsumer());
    }
    AtomicInteger put = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      putMore(queue, put);
    }
    for (int i = 0; i < 2; i++) {
      await().atMost(BOUND).until(() -> ledger().size() > 20);
      children.get(i).destroyForcibly();
    }
    awaitEmpty(queue);

    assertThat(ledger()).hasSize(put.get());
  }

  private Process startConsumer() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WorkConsumer.class.getName(),
            cluster.connectionString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The items of which somebody wrote, while its claim stood, that they are done. */
  private Set<String> ledger() {
    Set<String> items = new HashSet<>();
    cluster
        .etcdctl("get", "--prefix", "--keys-only", WorkConsumer.LEDGER)
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> items.add(line.substring(line.indexOf('/') + 1, line.lastIndexOf('/'))));
    return items;
  }

  @Test
  void worker_handlerThrows_itemGoesBackAndDiesWithTheReason() throws InterruptedException {
    WorkQueue<String> queue = queue(WorkQueueOptions.defaults().withMaxAttempts(3));
    AtomicInteger attempts = new AtomicInteger();
    try (Worker worker =
        queue.work(
            2,
            claim -> {
              attempts.incrementAndGet();
              throw new IllegalStateException("no paper");
            })) {
      queue.enqueue("1");
      await().atMost(BOUND).until(() -> queue.counts().dead() == 1);

      assertThat(worker.isRunning()).isTrue();
    }
    DeadLetter<String> dead = queue.deadLetters().get(0);
    assertThat(attempts).hasValue(3);
    assertThat(dead.reason()).contains("IllegalStateException").contains("no paper");
  }

  @Test
  void worker_closed_finishesWhatRunsAndTakesNothingMore() throws InterruptedException {
    WorkQueue<String> queue = queue(WorkQueueOptions.defaults());
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Worker worker =
        queue.work(
            2,
            claim -> {
              begun.countDown();
              mayEnd.await();
            });
    for (int i = 0; i < 3; i++) {
      queue.enqueue("v" + i);
    }
    assertThat(begun.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Thread closer = new Thread(worker::close);
    closer.start();
    await().during(Duration.ofMillis(300)).until(closer::isAlive);
    mayEnd.countDown();
    closer.join(BOUND.toMillis());

    assertThat(closer.isAlive()).isFalse();
    assertThat(worker.isRunning()).isFalse();
    assertThat(queue.counts()).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void worker_closedWithAGrace_interruptsWhatStillRunsAndGivesItBack() throws InterruptedException {
    WorkQueue<String> queue = queue(WorkQueueOptions.defaults());
    CountDownLatch begun = new CountDownLatch(1);
    Worker worker =
        queue.work(
            1,
            claim -> {
              begun.countDown();
              new CountDownLatch(1).await();
            });
    queue.enqueue("1");
    assertThat(begun.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    worker.close(Duration.ofMillis(100));

    assertThat(worker.isRunning()).isFalse();
    Claim<String> again = queue.claim();
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.lastReason()).contains("stopped");
  }

  @Test
  void worker_sessionEnds_endsByItself() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    Session session = coord.openSession(TTL);
    Worker worker = WorkQueue.of(session, "work").work(2, claim -> {});
    session.close();

    await().atMost(BOUND).until(() -> !worker.isRunning());
  }

  @Test
  void enqueue_withADelay_isClaimedLater() throws InterruptedException {
    WorkQueue<String> queue = queue(WorkQueueOptions.defaults());
    queue.enqueue("1", EnqueueOptions.defaults().withDelay(Duration.ofSeconds(2)));

    assertThat(queue.claim(Duration.ofMillis(500))).isEmpty();
    queue.claim().ack();
    assertThat(queue.counts()).isEqualTo(EMPTY);
  }
}
