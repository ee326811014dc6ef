package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.MaximumMismatchException;
import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The semaphore on three real members. */
@EtcdTest(members = 3)
class SemaphoreIT {

  private static final String NAME = "downloads";
  private static final int MAXIMUM = 3;
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  SemaphoreIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void close() throws InterruptedException {
    workers.shutdownNow();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
    cluster.deleteEverything();
  }

  private Session session() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord.openSession(Duration.ofSeconds(30));
  }

  private Semaphore semaphore(int maximum) throws InterruptedException {
    return Semaphore.of(session(), NAME, maximum);
  }

  @Test
  void permits_ofManyWorkersWhileAMemberIsKilled_neverExceedTheMaximum() throws Exception {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int client = 0; client < 3; client++) {
      Semaphore semaphore = semaphore(MAXIMUM);
      for (int permits = 1; permits <= MAXIMUM; permits++) {
        int asked = permits;
        running.add(
            workers.submit(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    try (PermitHold hold = semaphore.acquire(asked)) {
                      most.accumulateAndGet(taken.addAndGet(hold.permits()), Math::max);
                      assertThat(hold.isHeld()).isTrue();
                      taken.addAndGet(-hold.permits());
                    }
                    rounds.incrementAndGet();
                  }
                  return null;
                }));
      }
    }
    await().atMost(BOUND).until(() -> rounds.get() > 30);
    EtcdMember member = cluster.members().get(1);
    member.kill();
    for (Future<?> worker : running) {
      worker.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }
    member.restart();
    cluster.awaitHealthy(BOUND);

    assertThat(rounds).hasValue(225);
    assertThat(most.get()).isEqualTo(MAXIMUM);
    assertThat(cluster.etcdctl("get", "--prefix", "--keys-only", NAME + "/").strip())
        .isEqualTo(NAME + "/limit/" + MAXIMUM);
  }

  @Test
  void acquire_sessionOfTheHolderEnds_permitsComeBack() throws Exception {
    Session ending = session();
    Semaphore.of(ending, NAME, MAXIMUM).acquire(2);
    CompletableFuture<PermitHold> waiter = semaphore(MAXIMUM).acquireAsync(3);
    await().during(Duration.ofMillis(300)).until(() -> !waiter.isDone());
    cluster.etcdctl("lease", "revoke", Long.toHexString(ending.leaseId()));

    assertThat(waiter.get(BOUND.toSeconds(), TimeUnit.SECONDS).isHeld()).isTrue();
  }

  @Test
  void raiseMaximum_wakesAWaiterOfAnotherClient() throws Exception {
    Semaphore near = semaphore(MAXIMUM);
    near.acquire(MAXIMUM);
    CompletableFuture<PermitHold> waiter = semaphore(MAXIMUM).acquireAsync(1);
    await().during(Duration.ofMillis(300)).until(() -> !waiter.isDone());
    near.raiseMaximum(MAXIMUM + 1);

    waiter.get(BOUND.toSeconds(), TimeUnit.SECONDS).close();
    Semaphore old = semaphore(MAXIMUM);
    assertThatThrownBy(() -> old.acquire(1))
        .isInstanceOf(MaximumMismatchException.class)
        .hasMessageContaining("is 4 in etcd")
        .hasMessageContaining("3 was given");
    assertThat(semaphore(MAXIMUM + 1).maximum()).hasValue(MAXIMUM + 1);
  }
}
