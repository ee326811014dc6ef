package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.grpc.GrpcStore;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Claim;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkHandler;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.Worker;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a worker must outlive: it ends when it is closed, or its session does. */
@EtcdTest
class WorkerIT {

  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int INTERRUPTS = 1_000;
  private static final WorkQueueOptions TWICE = WorkQueueOptions.defaults().withMaxAttempts(2);

  private static final Codec<Integer> NUMBERS =
      new Codec<>() {
        @Override
        public Bytes encode(Integer value) {
          return Bytes.utf8(value.toString());
        }

        @Override
        public Integer decode(Bytes bytes) {
          return Integer.valueOf(bytes.utf8());
        }
      };

  /**
   * Fails to write while it is told to, as etcd does when its database is full, or it is away; or
   * gives the answers later.
   */
  private static final class FailingStore extends ForwardingStore {
    private volatile Optional<CoordException> failure = Optional.empty();
    private volatile boolean hasFailedToWrite;
    private volatile CompletableFuture<Void> answers = CompletableFuture.completedFuture(null);

    FailingStore(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      Optional<CoordException> now = failure;
      if (now.isPresent() && !request.isReadOnly()) {
        hasFailedToWrite = true;
      }
      return now.<CompletableFuture<TxnResult>>map(CompletableFuture::failedFuture)
          .orElseGet(() -> request.isReadOnly() ? super.txn(request) : written(request));
    }

    private CompletableFuture<TxnResult> written(TxnRequest request) {
      return super.txn(request).thenCombine(answers, (answer, now) -> answer);
    }
  }

  private final CoordException full = new RefusedException("no space", null);
  private final CoordException away = new UnavailableException("no member", null);

  private final EtcdCluster cluster;
  private final List<Integer> done = new CopyOnWriteArrayList<>();
  private FailingStore store;
  private Coord coord;
  private Session session;
  private WorkQueue<Integer> queue;
  private WorkQueue<String> texts;

  WorkerIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws Exception {
    CoordConfig config = Coord.builder().endpoints(cluster.connectionString().split(",")).build();
    store = new FailingStore(GrpcStore.connect(config).get(10, TimeUnit.SECONDS));
    coord = CoordRuntime.over(config, store, Runnable::run);
    session = coord.openSession(TTL);
    queue = WorkQueue.of(session, "work", NUMBERS, TWICE);
    texts = WorkQueue.of(session, "work");
  }

  @AfterEach
  void close() {
    coord.close();
  }

  /** Starts one thread, which stumbles over item 1. */
  private Worker stumbleOver1(WorkHandler<Integer, Exception> stumble) {
    return queue.work(
        1,
        claim -> {
          if (claim.value() == 1) {
            stumble.handle(claim);
          }
          done.add(claim.value());
        });
  }

  private void enqueue1And2() throws InterruptedException {
    queue.enqueue(1);
    queue.enqueue(2);
  }

  private void await2Done(Worker worker) {
    await().atMost(BOUND).until(() -> done.contains(2));
    assertThat(worker.isRunning()).isTrue();
  }

  @Test
  void worker_itemThatTheCodecDoesNotUnderstand_diesAndTheOthersAreDone()
      throws InterruptedException {
    try (Worker worker = stumbleOver1(Claim::ack)) {
      texts.enqueue("one");
      queue.enqueue(2);
      await2Done(worker);
      await().atMost(BOUND).until(() -> queue.counts().dead() == 1);
    }
    assertThat(texts.deadLetters().get(0).value()).isEqualTo("one");
    assertThat(texts.deadLetters().get(0).reason()).contains("no encoding");
  }

  @Test
  void worker_handlerThrowsAnError_itemDiesWithItAndTheOthersAreDone() throws InterruptedException {
    try (Worker worker =
        stumbleOver1(
            claim -> {
              throw new AssertionError("no paper");
            })) {
      enqueue1And2();
      await2Done(worker);
      await().atMost(BOUND).until(() -> queue.counts().dead() == 1);
    }
    assertThat(queue.deadLetters().get(0).reason()).contains("AssertionError: no paper");
  }

  @Test
  void worker_handlerIsInterruptedBySomebodyElse_goesOn() throws InterruptedException {
    try (Worker worker =
        stumbleOver1(
            claim -> {
              throw new InterruptedException("the handler's own");
            })) {
      enqueue1And2();
      await2Done(worker);
      await().atMost(BOUND).until(() -> queue.counts().dead() == 1);
    }
    assertThat(queue.deadLetters().get(0).reason()).contains("the handler's own");
  }

  @Test
  void worker_handlerLeavesItsThreadInterrupted_goesOn() throws InterruptedException {
    try (Worker worker = stumbleOver1(claim -> Thread.currentThread().interrupt())) {
      enqueue1And2();
      await2Done(worker);
    }
    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void worker_closedByItsHandlers_endsWithoutWaitingForThem() throws InterruptedException {
    CompletableFuture<Worker> itself = new CompletableFuture<>();
    CountDownLatch both = new CountDownLatch(2);
    Worker worker =
        queue.work(
            2,
            claim -> {
              both.countDown();
              both.await();
              itself.join().close();
              done.add(claim.value());
            });
    itself.complete(worker);
    enqueue1And2();

    await().atMost(BOUND).until(() -> !worker.isRunning());
    assertThat(done).containsExactlyInAnyOrder(1, 2);
    assertThat(queue.counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void worker_etcdRefusesToClaimForAWhile_goesOnAfterwards() throws InterruptedException {
    queue.enqueue(2);
    store.failure = Optional.of(full);
    try (Worker worker = stumbleOver1(Claim::ack)) {
      await().pollDelay(Duration.ofMillis(500)).atMost(BOUND).until(worker::isRunning);
      store.failure = Optional.empty();
      await2Done(worker);
    }
  }

  @Test
  void worker_etcdRefusesForAMomentAsAnItemIsDone_isAcknowledgedAfterwards()
      throws InterruptedException {
    failsAsItem1IsDone(full);
  }

  @Test
  void worker_etcdIsAwayForAMomentAsAnItemIsDone_isAcknowledgedAfterwards()
      throws InterruptedException {
    failsAsItem1IsDone(away);
  }

  private void failsAsItem1IsDone(CoordException failure) throws InterruptedException {
    enqueue1And2();
    try (Worker worker = stumbleOver1(claim -> store.failure = Optional.of(failure))) {
      await().atMost(BOUND).until(() -> done.contains(1));
      await().atMost(BOUND).until(() -> store.hasFailedToWrite);
      assertThat(worker.isRunning()).isTrue();
      store.failure = Optional.empty();
      await2Done(worker);
      await().atMost(BOUND).until(() -> queue.counts().equals(new WorkCounts(0, 0, 0)));
    }
    assertThat(done).as("each once").containsExactly(1, 2);
  }

  @Test
  void close_anItemThatIsDoneCannotBeAcknowledged_endsWithoutIt() throws InterruptedException {
    Worker worker = stumbleOver1(claim -> store.failure = Optional.of(full));
    queue.enqueue(1);
    await().atMost(BOUND).until(() -> done.contains(1));
    worker.close();

    assertThat(worker.isRunning()).isFalse();
    store.failure = Optional.empty();
    await().atMost(BOUND).until(() -> queue.counts().equals(new WorkCounts(0, 0, 0)));
  }

  @Test
  void close_anItemIsBeingClaimed_returnsItBeforeItsSessionCanBeClosed() throws Exception {
    queue.enqueue(0);
    queue.claim().ack();
    queue.enqueue(1);
    store.answers = new CompletableFuture<>();
    Worker worker = stumbleOver1(Claim::ack);
    await().atMost(BOUND).until(() -> queue.counts().held() == 1);
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(
            () -> {
              worker.close();
              session.close();
            });
    await().during(Duration.ofMillis(300)).until(() -> !closing.isDone());
    store.answers.complete(null);
    closing.get(BOUND.toSeconds(), TimeUnit.SECONDS);

    WorkQueue<Integer> later = WorkQueue.of(coord.openSession(TTL), "work", NUMBERS, TWICE);
    assertThat(later.claim().attempt()).isEqualTo(1);
    assertThat(done).isEmpty();
  }

  @Test
  void worker_interruptedByOthersAsItIsGivenAnItem_losesNone() throws Exception {
    List<Thread> made = new CopyOnWriteArrayList<>();
    ThreadFactory known =
        task -> {
          made.add(new Thread(task));
          return made.get(0);
        };
    Random moments = new Random(1);
    try (Worker worker = queue.work(1, known, claim -> done.add(claim.value()))) {
      for (int i = 0; i < INTERRUPTS; i++) {
        int round = i;
        CompletableFuture<Long> in = queue.enqueueAsync(round);
        long moment = System.nanoTime() + moments.nextInt(4_000_000);
        while (System.nanoTime() < moment) {
          Thread.onSpinWait();
        }
        made.get(0).interrupt();
        in.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        await().pollInterval(Duration.ofMillis(1)).atMost(BOUND).until(() -> done.contains(round));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.coord.it.queues.Textless#exceptions")
  void worker_handlerThrowsWhatHasNoText_itemDiesAndTheOthersAreDone(RuntimeException thrown)
      throws InterruptedException {
    try (Worker worker =
        stumbleOver1(
            claim -> {
              throw thrown;
            })) {
      enqueue1And2();
      await2Done(worker);
      await().atMost(BOUND).until(() -> queue.counts().dead() == 1);
    }
    assertThat(queue.deadLetters().get(0).reason()).contains("whose text could not be had");
  }

  @Test
  void worker_onThreadsOfItsOwnersMaking_worksThere() throws InterruptedException {
    Set<Thread> made = ConcurrentHashMap.newKeySet();
    Set<Thread> worked = ConcurrentHashMap.newKeySet();
    ThreadFactory daemons =
        task -> {
          Thread thread = new Thread(task, "mine");
          thread.setDaemon(true);
          made.add(thread);
          return thread;
        };
    enqueue1And2();

    try (Worker worker =
        queue.work(
            3,
            daemons,
            claim -> {
              worked.add(Thread.currentThread());
              done.add(claim.value());
            })) {
      await2Done(worker);
    }

    assertThat(made).hasSize(3).noneMatch(Thread::isAlive).containsAll(worked);
    assertThat(worked).isNotEmpty();
  }

  @Test
  void worker_oneOfWhoseThreadsCannotStart_leavesNoneRunning() throws InterruptedException {
    List<Thread> made = new CopyOnWriteArrayList<>();
    ThreadFactory exhausted =
        task -> {
          Thread thread =
              made.size() < 2
                  ? new Thread(task)
                  : new Thread(task) {
                    @Override
                    public synchronized void start() {
                      throw new OutOfMemoryError("unable to create native thread");
                    }
                  };
          made.add(thread);
          return thread;
        };

    assertThatThrownBy(() -> queue.work(3, exhausted, claim -> done.add(claim.value())))
        .isInstanceOf(OutOfMemoryError.class);

    await().atMost(BOUND).until(() -> made.stream().noneMatch(Thread::isAlive));
    enqueue1And2();
    assertThat(queue.claim(BOUND)).isPresent();
    assertThat(done).isEmpty();
  }
}
