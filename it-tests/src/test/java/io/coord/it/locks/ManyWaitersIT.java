package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ten thousand waiters in one process. */
@EtcdTest
class ManyWaitersIT {

  private static final int LOCKS = 1_000;
  private static final int WAITERS_PER_LOCK = 10;
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final EtcdCluster cluster;

  ManyWaitersIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("waiters-"))
        .count();
  }

  @Test
  void waiters_tenThousandOnAThousandLocks_needNoMoreThreadsThanOneAndAreAllServed()
      throws InterruptedException {
    ExecutorService callbacks = Executors.newSingleThreadExecutor();
    try (Coord coord =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .name("waiters")
            .callbackExecutor(callbacks)
            .connect()) {
      Session session = coord.openSession(TTL);
      LockHold first = Mutex.of(session, "first").lock();
      CompletableFuture<LockHold> one = Mutex.of(session, "first").lockAsync();
      await().atMost(BOUND).until(() -> cluster.keyCount() == 2);
      long threadsOfOne = threads();

      List<CompletableFuture<LockHold>> holders = new ArrayList<>();
      AtomicInteger served = new AtomicInteger();
      for (int i = 0; i < LOCKS; i++) {
        holders.add(Mutex.of(session, "lock" + i).lockAsync());
      }
      holders.forEach(CompletableFuture::join);
      for (int i = 0; i < LOCKS * WAITERS_PER_LOCK; i++) {
        CompletableFuture<?> passedOn =
            Mutex.of(session, "lock" + i % LOCKS)
                .lockAsync()
                .thenCompose(LockHold::releaseAsync)
                .thenRun(served::incrementAndGet);
        assertThat(passedOn).isNotCompletedExceptionally();
      }
      // A fence may stand beside them, where a reply took too long.
      int keys = 2 + LOCKS * (1 + WAITERS_PER_LOCK);
      await().atMost(BOUND).until(() -> cluster.keyCount() >= keys);
      assertThat(threads()).isEqualTo(threadsOfOne);
      assertThat(served).hasValue(0);

      holders.forEach(holder -> holder.join().close());
      await().atMost(BOUND).until(() -> served.get() == LOCKS * WAITERS_PER_LOCK);
      assertThat(threads()).isEqualTo(threadsOfOne);
      first.close();
      assertThat(one).succeedsWithin(BOUND);
    } finally {
      callbacks.shutdown();
    }
    assertThat(cluster.keyCount()).isZero();
  }
}
