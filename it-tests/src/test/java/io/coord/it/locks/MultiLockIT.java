package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import io.coord.locks.MultiLock;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several locks at once, on three real members. */
@EtcdTest(members = 3)
class MultiLockIT {

  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  private final EtcdCluster cluster;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Coord> coords = new ArrayList<>();
  private Session ours;
  private Session theirs;

  MultiLockIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    ours = session();
    theirs = session();
  }

  private Session session() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord.openSession(TTL);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void lock_threadsOfTwoConnectionsInRandomOrders_allFinishAndExcludeEachOther() throws Exception {
    Map<String, MultiHold> holders = new ConcurrentHashMap<>();
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Session session = i % 2 == 0 ? ours : theirs;
      Random random = new Random(i);
      workers.add(
          threads.submit(
              () -> {
                for (int round = 0; round < 20; round++) {
                  lockSome(session, random, holders);
                }
                return null;
              }));
    }
    for (Future<?> worker : workers) {
      get(worker);
    }
    awaitKeys(0);
  }

  private static void lockSome(Session session, Random random, Map<String, MultiHold> holders)
      throws InterruptedException {
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    try (MultiHold hold = MultiLock.of(session, names.subList(0, 2)).lock()) {
      for (String name : names.subList(0, 2)) {
        assertThat(holders.putIfAbsent(name, hold)).as("another holder of %s", name).isNull();
      }
      names.subList(0, 2).forEach(holders::remove);
    }
  }

  @Test
  void tryLock_oneTaken_givesNothingAndLeavesNoKey() throws InterruptedException {
    MultiLock both = MultiLock.of(ours, "b", "a");
    try (LockHold taken = Mutex.of(theirs, "b").lock()) {
      assertThat(both.tryLock()).isEmpty();
      assertThat(both.tryLock(A_MOMENT)).isEmpty();
      assertThat(cluster.keyCount()).isEqualTo(1);
      assertThat(taken.isHeld()).isTrue();
    }
    try (MultiHold hold = both.tryLock().orElseThrow()) {
      assertThat(hold.isHeld()).isTrue();
      assertThat(Mutex.of(theirs, "a").tryLock()).isEmpty();
    }
    awaitKeys(0);
  }

  @Test
  void lock_interruptedWhileItWaitsForALaterOne_leavesNoKey() throws InterruptedException {
    try (LockHold taken = Mutex.of(theirs, "b").lock()) {
      Future<MultiHold> waiter = threads.submit(MultiLock.of(ours, "a", "b")::lock);
      awaitKeys(3);
      waiter.cancel(true);
      awaitKeys(1);
      assertThat(taken.isHeld()).isTrue();
    }
  }

  @Test
  void guard_oneKeyDeletedByHand_refusesTheWriteAndReleaseFreesTheOther() throws Exception {
    MultiHold hold = MultiLock.of(ours, "a", "b").lock();
    hold.guard(ours.coord().transaction()).put("row", "written").commit();
    cluster.etcdctl("del", hold.hold("a").key());

    assertThatThrownBy(() -> hold.guard(ours.coord().transaction()).put("row", "stale").commit())
        .isInstanceOf(GuardFailedException.class);
    assertThat(get(hold.lost().toCompletableFuture()).detail()).contains(hold.hold("a").key());
    assertThat(hold.isHeld()).isFalse();
    assertThat(hold.release()).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(MultiLock.of(theirs, "a", "b").tryLock()).isPresent();
  }
}
