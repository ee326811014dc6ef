package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The read-write mutex on three real members. */
@EtcdTest(members = 3)
class RWMutexIT {

  private static final String NAME = "prices";
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  RWMutexIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void close() throws InterruptedException {
    workers.shutdownNow();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
    cluster.deleteEverything();
  }

  private RWMutex mutex() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    Session session = coord.openSession(TTL);
    return RWMutex.of(session, NAME);
  }

  private List<String> keys() {
    return cluster
        .etcdctl("get", "--prefix", "--keys-only", NAME + "/")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Readers and writers that go on until they are told to stop, and check who is beside them. */
  private final class Crowd {

    private final AtomicInteger reading = new AtomicInteger();
    private final AtomicInteger writing = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger mostReaders = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Future<?>> running = new ArrayList<>();

    void reader(RWMutex mutex) {
      running.add(
          workers.submit(
              () -> {
                while (!stopped.get()) {
                  try (LockHold hold = mutex.readLock().lock()) {
                    read();
                    assertThat(hold.isHeld()).isTrue();
                    reading.decrementAndGet();
                  }
                  reads.incrementAndGet();
                }
                return null;
              }));
    }

    void writer(RWMutex mutex) {
      running.add(
          workers.submit(
              () -> {
                while (!stopped.get()) {
                  try (WriteHold hold = mutex.writeLock().lock()) {
                    assertThat(writing.incrementAndGet()).isOne();
                    assertThat(reading).hasValue(0);
                    writing.decrementAndGet();
                    downgradeNowAndThen(hold);
                  }
                  writes.incrementAndGet();
                }
                return null;
              }));
    }

    private void downgradeNowAndThen(WriteHold hold) throws InterruptedException {
      if (writes.get() % 3 == 0) {
        try (LockHold read = hold.downgrade()) {
          read();
          assertThat(read.fencingToken()).isEqualTo(hold.fencingToken());
          reading.decrementAndGet();
        }
      }
    }

    private void read() {
      mostReaders.accumulateAndGet(reading.incrementAndGet(), Math::max);
      assertThat(writing).hasValue(0);
    }

    void awaitProgress() {
      int readsBefore = reads.get();
      int writesBefore = writes.get();
      await()
          .atMost(BOUND)
          .until(
              () ->
                  (reads.get() > readsBefore + 20 && writes.get() > writesBefore + 20)
                      || running.stream().anyMatch(Future::isDone));
    }

    void stop() throws Exception {
      stopped.set(true);
      for (Future<?> worker : running) {
        worker.get(BOUND.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void readersAndWriters_thatNeverPause_bothProgressAlsoWhenAMemberIsKilled() throws Exception {
    Crowd crowd = new Crowd();
    for (int i = 0; i < 3; i++) {
      RWMutex mutex = mutex();
      crowd.reader(mutex);
      crowd.reader(mutex);
      crowd.writer(mutex);
    }
    crowd.awaitProgress();
    EtcdMember member = cluster.members().get(0);
    member.kill();
    crowd.awaitProgress();
    member.restart();
    cluster.awaitHealthy(BOUND);
    crowd.awaitProgress();
    crowd.stop();

    assertThat(crowd.mostReaders.get()).isGreaterThan(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void keys_areThoseOfTheGoRecipe() throws Exception {
    RWMutex mutex = mutex();
    try (LockHold read = mutex.readLock().lock()) {
      assertThat(keys()).containsExactly(read.key());
      assertThat(read.key()).startsWith(NAME + "/read/");
    }
    try (WriteHold write = mutex.writeLock().lock()) {
      String besides = write.key().replace("/write/", "/read/");
      assertThat(keys()).containsExactly(besides, write.key());
      try (LockHold read = write.downgrade()) {
        assertThat(keys()).containsExactly(besides).containsExactly(read.key());
      }
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void writer_behindAStrangersReadKey_waitsForIt() throws Exception {
    cluster.etcdctl("put", NAME + "/read/1700000000000000001", "");
    RWMutex mutex = mutex();
    try (LockHold read = mutex.readLock().lock()) {
      assertThat(read.isHeld()).isTrue();
    }
    Future<WriteHold> writer = mutex.writeLock().lockAsync();
    await().during(Duration.ofMillis(500)).until(() -> !writer.isDone());
    cluster.etcdctl("del", NAME + "/read/1700000000000000001");

    writer.get(BOUND.toSeconds(), TimeUnit.SECONDS).close();
  }
}
