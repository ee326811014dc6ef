package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.LockQueue;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.EtcdctlProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our mutex and {@code etcdctl lock}, which is etcd's Go code, in one line. */
@EtcdTest(members = 3)
class EtcdctlLockIT {

  private static final String NAME = "orders";
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private final List<EtcdctlProcess> strangers = new ArrayList<>();
  private Coord coord;
  private Session session;
  private Mutex mutex;

  EtcdctlLockIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = coord.openSession(TTL);
    mutex = Mutex.of(session, NAME);
  }

  @AfterEach
  void close() {
    strangers.forEach(EtcdctlProcess::close);
    coord.close();
  }

  /** Starts an {@code etcdctl lock} and waits until it stands in line. */
  private EtcdctlProcess stranger(int ttlSeconds) {
    long before = cluster.keyCount();
    EtcdctlProcess stranger = cluster.etcdctlProcess("lock", "--ttl=" + ttlSeconds, NAME);
    strangers.add(stranger);
    awaitKeys(before + 1);
    return stranger;
  }

  private CompletableFuture<LockHold> ours() {
    long before = cluster.keyCount();
    CompletableFuture<LockHold> waiter = mutex.lockAsync();
    awaitKeys(before + 1);
    return waiter;
  }

  private void awaitKeys(long count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static String heldBy(EtcdctlProcess stranger) {
    return stranger.awaitLine(line -> line.startsWith(NAME + "/"), BOUND);
  }

  private static boolean holds(EtcdctlProcess stranger) {
    return stranger.lines().stream().anyMatch(line -> line.startsWith(NAME + "/"));
  }

  private static LockHold get(CompletableFuture<LockHold> waiter) throws Exception {
    return waiter.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private long createRevision(String key) {
    return cluster
        .etcdctl("get", key, "--write-out=fields")
        .lines()
        .filter(line -> line.startsWith("\"CreateRevision\""))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lock_turnsOfBoth_areTakenInTheOrderOfTheirComingWithRisingTokens() throws Exception {
    EtcdctlProcess first = stranger(60);
    long firstToken = createRevision(heldBy(first));
    CompletableFuture<LockHold> second = ours();
    EtcdctlProcess third = stranger(60);
    CompletableFuture<LockHold> fourth = ours();
    assertThat(second).isNotDone();

    first.terminate();
    LockHold ours = get(second);
    assertThat(ours.fencingToken().value()).isGreaterThan(firstToken);
    assertThat(holds(third)).isFalse();
    assertThat(fourth).isNotDone();
    ours.close();
    long thirdToken = createRevision(heldBy(third));
    assertThat(thirdToken).isGreaterThan(ours.fencingToken().value());
    assertThat(fourth).isNotDone();
    third.terminate();
    assertThat(get(fourth).fencingToken().value()).isGreaterThan(thirdToken);
  }

  @Test
  void lock_etcdctlHolderKilled_isOursOnceItsLeaseIsOver() throws Exception {
    EtcdctlProcess holder = stranger(2);
    heldBy(holder);
    CompletableFuture<LockHold> waiter = ours();
    holder.kill();

    assertThat(get(waiter).isHeld()).isTrue();
  }

  @Test
  void lock_ourHolderEndsWithItsSession_isEtcdctls() throws Exception {
    Session ending = coord.openSession(TTL);
    LockHold hold = Mutex.of(ending, NAME).lock();
    EtcdctlProcess waiter = stranger(60);
    assertThat(holds(waiter)).isFalse();
    ending.close();

    assertThat(heldBy(waiter)).isNotEqualTo(hold.key());
    assertThat(hold.isHeld()).isFalse();
  }

  @Test
  void lock_etcdctlWaiterBetweenTwoOfOursKilled_theLastStillWaitsForTheHolder() throws Exception {
    LockHold holder = mutex.lock();
    EtcdctlProcess middle = stranger(2);
    CompletableFuture<LockHold> last = ours();
    middle.kill();
    awaitKeys(2);

    assertThat(last).isNotDone();
    assertThat(holder.isHeld()).isTrue();
    holder.close();
    assertThat(get(last).isHeld()).isTrue();
  }

  @Test
  void lock_ourWaiterBetweenTwoOfEtcdctlCancelled_theLastStillWaitsForTheHolder() {
    EtcdctlProcess holder = stranger(60);
    String held = heldBy(holder);
    CompletableFuture<LockHold> middle = ours();
    EtcdctlProcess last = stranger(60);
    middle.cancel(true);
    awaitKeys(2);

    assertThat(holds(last)).isFalse();
    assertThat(cluster.etcdctl("get", "--keys-only", held)).contains(held);
    holder.terminate();
    assertThat(heldBy(last)).isNotEqualTo(held);
  }

  @Test
  void queue_holderAndWaitersOfBoth_areListedInOrder() throws Exception {
    EtcdctlProcess holder = stranger(60);
    String held = heldBy(holder);
    CompletableFuture<LockHold> waiter = ours();
    stranger(60);
    LockQueue queue = mutex.queue();

    assertThat(waiter).isNotDone();
    assertThat(queue.holders())
        .singleElement()
        .satisfies(
            first -> {
              assertThat(first.key()).isEqualTo(held);
              assertThat(first.since()).isEmpty();
              assertThat(first.client()).isEmpty();
              assertThat(first.leaseId()).isNotZero();
              assertThat(first.ttlLeft())
                  .hasValueSatisfying(
                      left -> assertThat(left).isBetween(Duration.ZERO, Duration.ofSeconds(60)));
            });
    assertThat(queue.waiters()).hasSize(2);
    assertThat(queue.waiters().get(0).leaseId()).isEqualTo(session.leaseId());
    assertThat(queue.waiters().get(0).since()).isPresent();
    assertThat(queue.waiters().get(1).since()).isEmpty();
  }
}
