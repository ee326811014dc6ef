package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our mutex and that of etcd's Go client in one line. */
@EtcdTest
class MutexStrangersIT {

  private static final String NAME = "shared";
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private Coord coord;
  private Session session;
  private Mutex ours;

  MutexStrangersIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = coord.openSession(Duration.ofSeconds(30));
    ours = Mutex.of(session, NAME);
  }

  @AfterEach
  void close() {
    coord.close();
    cluster.deleteEverything();
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void lock_turnsOfBoth_followOneAnotherInOrderWithRisingTokens() throws Exception {
    try (Stranger first = Stranger.of(cluster, "mutex", NAME);
        Stranger last = Stranger.of(cluster, "mutex", NAME)) {
      first.ask("lock");
      CompletableFuture<LockHold> second = ours.lockAsync();
      awaitKeys(2);
      last.tell("lock");
      awaitKeys(3);
      CompletableFuture<LockHold> fourth = ours.lockAsync();
      awaitKeys(4);

      assertThat(second).isNotDone();
      first.ask("unlock");
      LockHold held = get(second);
      assertThat(last.isWaiting()).isTrue();
      held.close();
      last.answer();
      assertThat(fourth).isNotDone();
      last.ask("unlock");
      assertThat(get(fourth).fencingToken()).isGreaterThan(held.fencingToken());
    }
  }

  @Test
  void lock_goHolderKilled_isOursWhenItsLeaseIsOver() throws Exception {
    try (Stranger holder = Stranger.of(cluster, "mutex", NAME)) {
      holder.ask("lock");
      CompletableFuture<LockHold> waiting = ours.lockAsync();
      awaitKeys(2);
      holder.kill();

      assertThat(get(waiting).isHeld()).isTrue();
    }
  }

  @Test
  void lock_goWaiterBetweenTwoOfOursKilled_doesNotLetTheLastOneIn() throws Exception {
    LockHold holder = ours.lock();
    try (Stranger middle = Stranger.of(cluster, "mutex", NAME)) {
      middle.tell("lock");
      awaitKeys(2);
      CompletableFuture<LockHold> last = ours.lockAsync();
      awaitKeys(3);
      middle.kill();
      awaitKeys(2);

      assertThat(last).isNotDone();
      assertThat(holder.isHeld()).isTrue();
      holder.close();
      assertThat(get(last).isHeld()).isTrue();
    }
  }

  @Test
  void lock_ourHoldersSessionEnds_isTheGoWaiters() throws Exception {
    Session other = coord.openSession(Duration.ofSeconds(30));
    Mutex.of(other, NAME).lock();
    try (Stranger waiter = Stranger.of(cluster, "mutex", NAME)) {
      waiter.tell("lock");
      awaitKeys(2);
      other.close();

      assertThat(waiter.answer()).startsWith(NAME + "/");
    }
  }
}
