package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.jetcd.JetcdGuards;
import io.coord.locks.LockHold;
import io.coord.locks.LockQueue;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mutex on three real members: threads, processes, interrupts, other clients. */
@EtcdTest(members = 3)
class MutexIT {

  private static final String NAME = "orders";
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  private final EtcdCluster cluster;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Coord> coords = new ArrayList<>();
  private Mutex ours;
  private Mutex theirs;

  MutexIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    ours = Mutex.of(session(), NAME);
    theirs = Mutex.of(session(), NAME);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
  }

  private Session session() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord.openSession(TTL);
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void lock_threadsOfSeveralProcesses_excludeEachOtherWithRisingTokens(@TempDir Path folder)
      throws Exception {
    Contest contest = new Contest(cluster.connectionString(), folder);
    String[] words = {cluster.connectionString(), folder.toString(), "3", "20"};
    try (ChildProcess one = ChildProcess.start(Contest.class, words);
        ChildProcess two = ChildProcess.start(Contest.class, words)) {
      contest.take(3, 20);
      one.awaitLine("done");
      two.awaitLine("done");
      one.awaitSuccess();
      two.awaitSuccess();
    }

    assertThat(contest.tokens()).hasSize(180).isSorted().doesNotHaveDuplicates();
    awaitKeys(0);
  }

  @Test
  void lock_waitersOfSeveralConnections_areServedFirstComeFirstServed() throws Exception {
    List<CompletableFuture<LockHold>> line = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      line.add((i % 3 == 0 ? ours : theirs).lockAsync());
      awaitKeys(i + 1);
    }
    LockQueue queue = ours.queue();
    List<Long> tokens = new ArrayList<>();
    for (CompletableFuture<LockHold> next : line) {
      try (LockHold hold = get(next)) {
        tokens.add(hold.fencingToken().value());
      }
    }

    assertThat(tokens).isSorted();
    assertThat(queue.holders())
        .extracting(holder -> holder.createRevision())
        .contains(tokens.get(0));
    assertThat(queue.waiters())
        .extracting(waiter -> waiter.createRevision())
        .containsExactlyElementsOf(tokens.subList(1, 8));
    awaitKeys(0);
  }

  @Test
  void tryLock_taken_givesNothingAndLeavesNoKey() throws InterruptedException {
    try (LockHold hold = ours.lock()) {
      assertThat(hold.isHeld()).isTrue();
      assertThat(theirs.tryLock()).isEmpty();
      assertThat(theirs.tryLock(A_MOMENT)).isEmpty();
      assertThat(cluster.keyCount()).isEqualTo(1);
    }
    assertThat(theirs.tryLock(BOUND)).isPresent();
  }

  @Test
  void lock_interruptedWhileItWaits_leavesNoKeyAndTheNextGetsIt() throws Exception {
    LockHold hold = ours.lock();
    Future<LockHold> waiter = threads.submit(theirs::lock);
    awaitKeys(2);
    CompletableFuture<LockHold> next = ours.lockAsync();
    awaitKeys(3);
    waiter.cancel(true);
    awaitKeys(2);

    assertThat(next).isNotDone();
    hold.close();
    assertThat(get(next).isHeld()).isTrue();
  }

  @Test
  void lock_interruptedWhileItIsGranted_leavesNoKeyAndTheNextGetsIt() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 25; round++) {
      LockHold first = ours.lock();
      Interrupted waiter = new Interrupted(round % 2 == 0 ? ours : theirs);
      waiter.start();
      awaitKeys(2);
      CompletableFuture<?> released = first.releaseAsync();
      LockSupport.parkNanos(random.nextLong(2_000_000));
      waiter.interrupt();
      waiter.join(BOUND.toMillis());
      get(released);

      assertThat(waiter.outcome.get()).as("round %d", round).isNotNull();
      assertThat(cluster.keyCount()).as("keys after round %d", round).isZero();
    }
  }

  /** Locks, and is interrupted about then: it either holds and releases, or was interrupted. */
  private static final class Interrupted extends Thread {

    private final Mutex mutex;
    private final AtomicReference<String> outcome = new AtomicReference<>();

    Interrupted(Mutex mutex) {
      this.mutex = mutex;
    }

    @Override
    public void run() {
      try (LockHold hold = mutex.lock()) {
        outcome.set("held " + hold.key());
      } catch (InterruptedException e) {
        outcome.set("interrupted");
      }
    }
  }

  @Test
  void lockAsync_cancelledWhileItIsGranted_leavesNoKeyAndTheNextGetsIt() throws Exception {
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 25; round++) {
      LockHold first = ours.lock();
      CompletableFuture<LockHold> second = (round % 2 == 0 ? ours : theirs).lockAsync();
      awaitKeys(2);
      CompletableFuture<?> released = first.releaseAsync();
      LockSupport.parkNanos(random.nextLong(2_000_000));
      if (!second.cancel(true)) {
        get(second).close();
      }
      get(released);
      awaitKeys(0);
    }
  }

  @Test
  void guard_inATransactionOfJetcds_isAppliedWhileHeldAndRefusedAfterwards() throws Exception {
    LockHold stale = ours.lock();
    try (Client jetcd =
        Client.builder().endpoints(cluster.endpoints().toArray(String[]::new)).build()) {
      assertThat(putsThroughJetcd(jetcd, stale, "first")).isTrue();
      stale.close();
      LockHold current = theirs.lock();

      assertThat(putsThroughJetcd(jetcd, stale, "stale")).isFalse();
      assertThat(cluster.etcdctl("get", "row", "--print-value-only").strip()).isEqualTo("first");
      assertThat(putsThroughJetcd(jetcd, current, "second")).isTrue();
    }
  }

  private boolean putsThroughJetcd(Client jetcd, LockHold hold, String value) throws Exception {
    ByteSequence row = ByteSequence.from("row", StandardCharsets.UTF_8);
    ByteSequence content = ByteSequence.from(value, StandardCharsets.UTF_8);
    return get(jetcd
            .getKVClient()
            .txn()
            .If(JetcdGuards.cmp(coords.get(0), hold.guard()))
            .Then(Op.put(row, content, PutOption.DEFAULT))
            .commit())
        .isSucceeded();
  }

  @Test
  void close_ofTheConnection_leavesNoKeyThreadOrPendingWait() throws Exception {
    Coord coord = Coord.builder().endpoints(cluster.connectionString()).name("closing").connect();
    Mutex mutex = Mutex.of(coord.openSession(TTL), NAME);
    LockHold hold = mutex.lock();
    CompletableFuture<LockHold> waiting = mutex.lockAsync();
    Future<LockHold> blocked = threads.submit(mutex::lock);
    awaitKeys(3);
    coord.close();

    awaitKeys(0);
    assertThat(waiting).failsWithin(BOUND);
    assertThatThrownBy(() -> get(blocked)).hasCauseInstanceOf(ClosedException.class);
    assertThat(hold.isHeld()).isFalse();
    hold.close();
    assertThat(hold.lost()).isNotNull();
    assertThatThrownBy(mutex::lock).isInstanceOf(ClosedException.class);
    assertThatThrownBy(mutex::queue).isInstanceOf(ClosedException.class);
    assertThat(mutex.lockAsync()).failsWithin(BOUND);
    assertThat(mutex.queueAsync()).failsWithin(BOUND);
    assertThat(hold.releaseAsync()).succeedsWithin(BOUND);
    await()
        .atMost(BOUND)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("closing-")));
  }
}
