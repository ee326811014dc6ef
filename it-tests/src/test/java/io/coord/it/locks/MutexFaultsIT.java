package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.PermissionDeniedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The mutex on three real members, while something breaks. */
@EtcdTest(members = 3)
class MutexFaultsIT {

  private static final String NAME = "orders";
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration SHORT_TTL = Duration.ofSeconds(3);
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();

  MutexFaultsIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void close() {
    cluster.heal();
    coords.forEach(Coord::close);
  }

  private Session session() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord.openSession(TTL);
  }

  private Mutex mutex() throws InterruptedException {
    return Mutex.of(session(), NAME);
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private static HoldLoss.Reason lossOf(LockHold hold) throws Exception {
    return get(hold.lost().toCompletableFuture()).reason();
  }

  /** A process of its own that holds the lock. */
  private ChildProcess holder() throws IOException {
    return ChildProcess.start(
        HoldingProcess.class,
        cluster.connectionString(),
        NAME,
        Long.toString(SHORT_TTL.toSeconds()));
  }

  @Test
  void holder_processKilled_nextGetsItOnceTheLeaseIsOver() throws Exception {
    try (ChildProcess holder = holder()) {
      long token = Long.parseLong(holder.awaitLine("token"));
      CompletableFuture<LockHold> next = mutex().lockAsync();
      awaitKeys(2);
      long killed = System.nanoTime();
      holder.kill();

      assertThat(get(next).fencingToken().value()).isGreaterThan(token);
      assertThat(Duration.ofNanos(System.nanoTime() - killed))
          .isLessThan(SHORT_TTL.plus(Duration.ofSeconds(20)));
    }
  }

  @Test
  void holder_processStoppedBeyondItsLease_itsGuardedWriteIsRefusedWhenItGoesOn() throws Exception {
    try (ChildProcess holder = holder()) {
      holder.awaitLine("token");
      holder.tell("first");
      holder.awaitLine("written first");
      CompletableFuture<LockHold> next = mutex().lockAsync();
      holder.signal("STOP");
      LockHold current = get(next);
      coords
          .get(0)
          .transaction()
          .require(current.guard())
          .put(HoldingProcess.ROW, "second")
          .commit();
      holder.signal("CONT");
      holder.tell("stale");

      holder.awaitLine("refused stale");
      assertThat(cluster.etcdctl("get", HoldingProcess.ROW, "--print-value-only").strip())
          .isEqualTo("second");
      assertThat(current.isHeld()).isTrue();
    }
  }

  @Test
  void waiter_leaseRevoked_failsAtOnceAndTheOneBehindStillWaitsForTheHolder() throws Exception {
    LockHold hold = mutex().lock();
    Session revoked = session();
    CompletableFuture<LockHold> middle = Mutex.of(revoked, NAME).lockAsync();
    awaitKeys(2);
    CompletableFuture<LockHold> behind = mutex().lockAsync();
    awaitKeys(3);
    cluster.etcdctl("lease", "revoke", Long.toHexString(revoked.leaseId()));

    assertThatThrownBy(() -> get(middle))
        .cause()
        .isInstanceOfAny(SessionLostException.class, KeyDeletedException.class);
    assertThat(behind).isNotDone();
    assertThat(hold.isHeld()).isTrue();
    hold.close();
    assertThat(get(behind).isHeld()).isTrue();
  }

  @Test
  void holder_leaseRevoked_learnsItAndReleaseReportsIt() throws Exception {
    Session revoked = session();
    LockHold hold = Mutex.of(revoked, NAME).lock();
    CompletableFuture<LockHold> next = mutex().lockAsync();
    awaitKeys(2);
    cluster.etcdctl("lease", "revoke", Long.toHexString(revoked.leaseId()));

    assertThat(get(next).isHeld()).isTrue();
    assertThat(lossOf(hold)).isIn(HoldLoss.Reason.KEY_DELETED, HoldLoss.Reason.SESSION_LOST);
    assertThat(hold.release()).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(hold.release()).isEqualTo(Release.HAD_BEEN_LOST);
  }

  @Test
  void holder_keyDeletedByHand_learnsItAndTheNextGetsIt() throws Exception {
    LockHold hold = mutex().lock();
    CompletableFuture<LockHold> next = mutex().lockAsync();
    awaitKeys(2);
    cluster.etcdctl("del", hold.key());

    assertThat(lossOf(hold)).isEqualTo(HoldLoss.Reason.KEY_DELETED);
    assertThat(hold.isHeld()).isFalse();
    assertThat(get(next).isHeld()).isTrue();
  }

  @Test
  void members_restartWhileOneHoldsAndOthersWait_allFinish() throws Exception {
    LockHold hold = mutex().lock();
    List<CompletableFuture<LockHold>> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(mutex().lockAsync());
      awaitKeys(i + 2);
    }
    cluster.members().forEach(EtcdMember::kill);
    cluster.members().forEach(EtcdMember::restart);

    assertThat(hold.release()).isIn(Release.RELEASED, Release.PENDING);
    for (CompletableFuture<LockHold> waiter : waiters) {
      LockHold next = get(waiter);
      assertThat(next.isHeld()).isTrue();
      next.close();
    }
    awaitKeys(0);
  }

  @Test
  void lock_repliesOfTheLeaderLost_isAcquiredOnceAndReleasesNobodyElse() throws Exception {
    Mutex ours = mutex();
    Mutex theirs = mutex();
    EtcdMember leader = cluster.awaitLeader(BOUND);
    leader.cutClients(ClientCut.REPLIES_LOST);
    LockHold hold = get(ours.lockAsync());
    leader.reconnectClients();
    assertThat(theirs.queue().holders()).extracting(Contender::key).containsExactly(hold.key());
    assertThat(theirs.queue().waiters()).isEmpty();
    CompletableFuture<LockHold> second = theirs.lockAsync();
    await().atMost(BOUND).until(() -> theirs.queue().waiters().size() == 1);
    CompletableFuture<LockHold> third = theirs.lockAsync();
    await().atMost(BOUND).until(() -> theirs.queue().waiters().size() == 2);

    EtcdMember preferred = cluster.awaitLeader(BOUND);
    preferred.cutClients(ClientCut.REPLIES_LOST);
    assertThat(get(hold.releaseAsync())).isIn(Release.RELEASED, Release.HAD_BEEN_LOST);
    LockHold next = get(second);
    preferred.reconnectClients();
    assertThat(next.isHeld()).isTrue();
    assertThat(third).isNotDone();
    next.close();
    assertThat(get(third).isHeld()).isTrue();
  }

  @Test
  void lock_withoutPermission_isRefusedAtOnceNamingTheKey() throws Exception {
    cluster.enableAuth("secret");
    cluster.etcdctl("user", "add", "worker:known");
    cluster.etcdctl("role", "add", "worker");
    cluster.etcdctl("role", "grant-permission", "worker", "--prefix=true", "readwrite", "mine");
    cluster.etcdctl("user", "grant-role", "worker", "worker");
    try (Coord coord =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .credentials("worker", "known")
            .connect()) {
      Session session = coord.openSession(TTL);

      assertThatThrownBy(() -> Mutex.of(session, "theirs").lock())
          .isInstanceOf(PermissionDeniedException.class);
      assertThat(cluster.keyCount()).isZero();
      try (LockHold hold = Mutex.of(session, "mine").lock()) {
        assertThat(hold.isHeld()).isTrue();
      }
    }
  }
}
