package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.locks.LockHold;
import io.coord.locks.ReadWriteLocker;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The {@code ReadWriteLock} of a thread, which blocks and so needs a real etcd; what the lock does
 * is the test.
 */
@SuppressWarnings("LockNotBeforeTry")
@EtcdTest
class ReadWriteLockerIT {

  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private final ExecutorService otherThread = Executors.newSingleThreadExecutor();
  private Coord coord;
  private Session session;
  private ReadWriteLocker locker;

  ReadWriteLockerIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = coord.openSession(Duration.ofSeconds(30));
    locker = ReadWriteLocker.of(session, "prices");
  }

  @AfterEach
  void close() {
    otherThread.shutdownNow();
    coord.close();
    cluster.deleteEverything();
  }

  private <T> T elsewhere(Callable<T> work) throws Exception {
    return otherThread.submit(work).get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private boolean canRead() throws Exception {
    return elsewhere(() -> tried(locker.readLock()));
  }

  private boolean canWrite() throws Exception {
    return elsewhere(() -> tried(locker.writeLock()));
  }

  private static boolean tried(Lock lock) {
    boolean locked = lock.tryLock();
    if (locked) {
      lock.unlock();
    }
    return locked;
  }

  @Test
  void readLock_reentered_isHeldUntilTheLastUnlock() throws Exception {
    locker.readLock().lock();
    assertThat(locker.readLock().tryLock(1, TimeUnit.SECONDS)).isTrue();
    assertThat(canRead()).isTrue();
    locker.readLock().unlock();
    assertThat(canWrite()).isFalse();
    locker.readLock().unlock();

    assertThat(canWrite()).isTrue();
    assertThat(locker.hold()).isEmpty();
  }

  @Test
  void writeLock_reentered_isHeldUntilTheLastUnlock() throws Exception {
    locker.writeLock().lockInterruptibly();
    locker.writeLock().lock();
    locker.writeLock().unlock();
    assertThat(canRead()).isFalse();
    locker.writeLock().unlock();

    assertThat(canRead()).isTrue();
  }

  @Test
  void writeLock_threadThatReads_isRefusedInsteadOfWaitingForItself() throws Exception {
    locker.readLock().lock();

    assertThatThrownBy(locker.writeLock()::lock)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("prices")
        .hasMessageContaining("unlock the read lock first");
    assertThatThrownBy(locker.writeLock()::tryLock).isInstanceOf(IllegalStateException.class);
    locker.readLock().unlock();
    assertThat(tried(locker.writeLock())).isTrue();
  }

  @Test
  void writeLock_unlockedBeforeTheReadLock_goesOnAsReader() throws Exception {
    locker.writeLock().lock();
    LockHold written = locker.hold().orElseThrow();
    locker.readLock().lock();
    locker.readLock().lock();
    locker.writeLock().unlock();

    assertThat(canRead()).isTrue();
    assertThat(canWrite()).isFalse();
    assertThat(written.isHeld()).isFalse();
    assertThat(locker.hold().map(LockHold::fencingToken)).hasValue(written.fencingToken());
    locker.readLock().unlock();
    assertThat(canWrite()).isFalse();
    locker.readLock().unlock();
    assertThat(canWrite()).isTrue();
  }

  @Test
  void readLock_unlockedBeforeTheWriteLock_leavesTheWriteLock() throws Exception {
    locker.writeLock().lock();
    locker.readLock().lock();
    locker.readLock().unlock();

    assertThat(canRead()).isFalse();
    locker.writeLock().unlock();
    assertThat(canWrite()).isTrue();
  }

  @Test
  void unlock_threadThatHasNotLocked_isRefused() throws Exception {
    locker.writeLock().lock();

    assertThatThrownBy(
            () ->
                elsewhere(
                    () -> {
                      locker.writeLock().unlock();
                      return null;
                    }))
        .hasCauseInstanceOf(IllegalMonitorStateException.class);
    assertThatThrownBy(locker.readLock()::unlock).isInstanceOf(IllegalMonitorStateException.class);
    locker.writeLock().unlock();
  }

  @Test
  void lock_afterTheSessionIsLost_throwsAndUnlockDoesNot() throws Exception {
    locker.writeLock().lock();
    cluster.etcdctl("lease", "revoke", Long.toHexString(session.leaseId()));
    await().atMost(BOUND).until(() -> !session.isActive());

    assertThatThrownBy(locker.readLock()::lock).isInstanceOf(SessionLostException.class);
    locker.writeLock().unlock();
    assertThat(locker.hold()).isEqualTo(Optional.empty());
  }

  @Test
  void newCondition_isRefused() {
    assertThatThrownBy(locker.readLock()::newCondition)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("ReadWriteLocker[prices].readLock");
  }
}
