package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.KeyDeletedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.locks.LockHold;
import io.coord.locks.Locker;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The lock that belongs to a thread, on three real members; what it does is the test. */
@SuppressWarnings("LockNotBeforeTry")
@EtcdTest(members = 3)
class LockerIT {

  private static final String NAME = "orders";
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final long A_MOMENT_MILLIS = 200;

  private final EtcdCluster cluster;
  private final ExecutorService others = Executors.newCachedThreadPool();
  private Coord coord;
  private Session session;
  private Locker lock;

  LockerIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = coord.openSession(TTL);
    lock = Locker.of(session, NAME);
  }

  @AfterEach
  void close() throws InterruptedException {
    others.shutdownNow();
    assertThat(others.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    coord.close();
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /** Whether another thread would get the lock now. */
  private boolean isFree() throws Exception {
    return get(
        others.submit(
            () -> {
              boolean free = lock.tryLock();
              if (free) {
                lock.unlock();
              }
              return free;
            }));
  }

  private void revokeLease() {
    cluster.etcdctl("lease", "revoke", Long.toHexString(session.leaseId()));
    await().atMost(BOUND).until(() -> !session.isActive());
  }

  @Test
  void lock_againByItsThread_entersAndIsReleasedWithTheLastUnlock() throws Exception {
    lock.lock();
    lock.lockInterruptibly();
    assertThat(lock.tryLock()).isTrue();
    assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
    assertThat(cluster.keyCount()).isEqualTo(1);

    for (int i = 0; i < 4; i++) {
      assertThat(isFree()).isFalse();
      lock.unlock();
    }
    assertThat(isFree()).isTrue();
    assertThat(lock.hold()).isEmpty();
    awaitKeys(0);
  }

  @Test
  void lock_twoLockersOfOneSessionAndName_areOneLock() throws Exception {
    Locker same = Locker.of(session, NAME);
    lock.lock();
    same.lock();
    lock.unlock();
    assertThat(isFree()).isFalse();
    same.unlock();

    assertThat(isFree()).isTrue();
    assertThat(same).isEqualTo(lock).hasSameHashCodeAs(lock);
    assertThat(same).isNotEqualTo(Locker.of(session, "other"));
  }

  @Test
  void lock_manyThreads_excludeEachOther() throws Exception {
    AtomicBoolean inside = new AtomicBoolean();
    List<Future<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      workers.add(
          others.submit(
              () -> {
                int collisions = 0;
                for (int round = 0; round < 15; round++) {
                  lock.lock();
                  collisions += inside.getAndSet(true) ? 1 : 0;
                  inside.set(false);
                  lock.unlock();
                }
                return collisions;
              }));
    }
    for (Future<Integer> worker : workers) {
      assertThat(get(worker)).isZero();
    }
    awaitKeys(0);
  }

  @Test
  void lock_heldThroughAMutex_waitsInTheSameLine() throws Exception {
    LockHold hold = Mutex.of(session, NAME).lock();
    assertThat(lock.tryLock()).isFalse();
    assertThat(lock.tryLock(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(lock.tryLock(-1, TimeUnit.DAYS)).isFalse();
    awaitKeys(1);
    hold.close();

    assertThat(lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
    assertThat(lock.tryLock(Duration.ZERO)).isTrue();
    lock.unlock();
    assertThat(lock.hold())
        .hasValueSatisfying(
            ours -> assertThat(ours.fencingToken()).isGreaterThan(hold.fencingToken()));
    lock.unlock();
  }

  @Test
  void unlock_byAThreadThatDoesNotHold_isRefusedAndChangesNothing() throws Exception {
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    lock.lock();
    assertThatThrownBy(() -> get(others.submit(lock::unlock)))
        .hasCauseInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining(NAME);

    assertThat(lock.hold()).hasValueSatisfying(hold -> assertThat(hold.isHeld()).isTrue());
    assertThat(get(others.submit(lock::hold))).isEmpty();
    lock.unlock();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void newCondition_isRefusedSayingWhatToDo() {
    assertThatThrownBy(lock::newCondition)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("no conditions");
  }

  @Test
  void of_emptyName_isRefused() {
    assertThatThrownBy(() -> Locker.of(session, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the locker is empty");
  }

  @Test
  void lock_interrupted_waitsOnAndKeepsTheInterruptStatus() throws Exception {
    LockHold hold = Mutex.of(session, NAME).lock();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiter =
        new Thread(
            () -> {
              lock.lock();
              interrupted.set(Thread.currentThread().isInterrupted());
              lock.unlock();
            });
    waiter.start();
    awaitKeys(2);
    waiter.interrupt();
    waiter.join(A_MOMENT_MILLIS);

    assertThat(waiter.isAlive()).isTrue();
    assertThat(cluster.keyCount()).isEqualTo(2);
    hold.close();
    waiter.join(BOUND.toMillis());
    assertThat(interrupted).isTrue();
    awaitKeys(0);
  }

  @Test
  void lockInterruptibly_interrupted_leavesNoKey() throws Exception {
    try (LockHold hold = Mutex.of(session, NAME).lock()) {
      Future<?> waiter =
          others.submit(
              () -> {
                lock.lockInterruptibly();
                return null;
              });
      awaitKeys(2);
      waiter.cancel(true);
      awaitKeys(1);
      assertThat(hold.isHeld()).isTrue();
    }
    Thread.currentThread().interrupt();
    assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void lock_sessionLostWhileItWaits_throws() throws Exception {
    try (Coord holder = Coord.connect(cluster.connectionString())) {
      LockHold hold = Mutex.of(holder.openSession(TTL), NAME).lock();
      Future<?> waiter = others.submit(lock::lock);
      awaitKeys(2);
      revokeLease();

      assertThatThrownBy(() -> get(waiter))
          .cause()
          .isInstanceOfAny(SessionLostException.class, KeyDeletedException.class);
      assertThat(hold.isHeld()).isTrue();
      assertThatThrownBy(lock::lock).isInstanceOf(SessionLostException.class);
      assertThatThrownBy(lock::tryLock).isInstanceOf(SessionLostException.class);
      assertThat(lock.hold()).isEmpty();
      assertThat(cluster.keyCount()).isEqualTo(1);
    }
  }

  @Test
  void lock_againAfterTheSessionWasLost_isRefusedAndUnlockWarnsOnce() {
    lock.lock();
    lock.lock();
    LockHold hold = lock.hold().orElseThrow();
    revokeLease();

    assertThat(hold.isHeld()).isFalse();
    assertThatThrownBy(lock::lock).isInstanceOf(SessionLostException.class);
    assertThatThrownBy(lock::tryLock).isInstanceOf(SessionLostException.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.coord.locks");
    log.start();
    logger.addAppender(log);
    try {
      lock.unlock();
      lock.unlock();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains(hold.key())
                  .contains(coord.config().name())
                  .contains("lost before");
            });
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void lock_againAfterItsKeyWasDeletedByHand_isRefusedUntilUnlocked() {
    lock.lock();
    LockHold hold = lock.hold().orElseThrow();
    cluster.etcdctl("del", hold.key());
    await().atMost(BOUND).until(() -> !hold.isHeld());

    assertThatThrownBy(lock::lock)
        .isInstanceOf(KeyDeletedException.class)
        .hasMessageContaining(hold.key());
    lock.unlock();
    lock.lock();
    assertThat(lock.hold().orElseThrow().fencingToken()).isGreaterThan(hold.fencingToken());
    lock.unlock();
  }

  @Test
  void lock_sessionClosed_isRefusedAndLeavesNoKey() {
    lock.lock();
    session.close();

    assertThatThrownBy(lock::lock).isInstanceOf(ClosedException.class);
    lock.unlock();
    assertThatThrownBy(lock::lock).isInstanceOf(ClosedException.class);
    awaitKeys(0);
  }
}
