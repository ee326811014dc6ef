package io.coord.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.CompactedException;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DisturbancesTest {

  private static final Bytes KEY = Bytes.utf8("key");
  private static final TxnRequest PUT = TxnRequest.of(Op.put(KEY, Bytes.utf8("value")));

  private final SimulatedEtcd etcd = SimulatedEtcd.of(11);
  private final Store store = etcd.client("a");
  private final Store other = etcd.client("b");

  @Test
  void partition_aReadDuringIt_isUnavailable() {
    etcd.faults().partition("a");
    assertThatThrownBy(() -> etcd.await(store.range(RangeRequest.key(KEY))))
        .isInstanceOf(UnavailableException.class);
    assertThat(etcd.now()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    etcd.await(other.range(RangeRequest.key(KEY)));
  }

  @Test
  void partition_thatHealsInTime_repeatableCallSucceeds() {
    etcd.faults().partition("a", Duration.ofSeconds(5));
    etcd.await(store.range(RangeRequest.key(KEY)));
    assertThat(etcd.now()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
  }

  @Test
  void partition_writesDuringIt_areLostOrAppliedAfterIt() {
    List<TxnRequest> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(TxnRequest.of(Op.put(Bytes.utf8("k" + i), Bytes.EMPTY)));
    }
    etcd.faults().partition("a");
    for (TxnRequest write : writes) {
      assertThatThrownBy(() -> etcd.await(store.txn(write)))
          .isInstanceOf(OutcomeUnknownException.class);
    }
    KeyRange all = KeyRange.prefix(Bytes.utf8("k"));
    assertThat(etcd.keys(all)).isEmpty();
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(1));
    assertThat(etcd.keys(all)).hasSizeBetween(1, 19);
  }

  @Test
  void partition_watch_resumesWithoutLossOrDoubling() {
    RecordingListener seen = new RecordingListener();
    store.watch(KeyRange.single(KEY), 0, seen);
    etcd.await(() -> !seen.created.isEmpty());
    etcd.faults().partition("a", Duration.ofSeconds(5));
    for (int i = 0; i < 10; i++) {
      etcd.await(other.txn(PUT));
    }
    assertThat(seen.calls).isEmpty();
    etcd.await(() -> seen.events().size() == 10);
    assertThat(seen.revisions()).isSorted().doesNotHaveDuplicates();
    assertThat(seen.created).hasSize(1);
    assertThat(etcd.now()).isGreaterThan(Duration.ofSeconds(5));
  }

  @Test
  void breakWatches_whileWriting_losesAndDoublesNothing() {
    RecordingListener seen = new RecordingListener();
    store.watch(KeyRange.single(KEY), 0, seen);
    etcd.await(() -> !seen.created.isEmpty());
    for (int i = 0; i < 100; i++) {
      etcd.await(other.txn(PUT));
      if (i % 7 == 0) {
        etcd.faults().breakWatches("a");
      }
    }
    etcd.await(() -> seen.events().size() == 100);
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(seen.revisions()).hasSize(100).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void breakWatches_thenCompact_watchIsToldAndEnds() {
    RecordingListener seen = new RecordingListener();
    store.watch(KeyRange.single(KEY), 0, seen);
    etcd.await(() -> !seen.created.isEmpty());
    etcd.faults().partition("a");
    etcd.await(other.txn(PUT));
    etcd.await(other.txn(PUT));
    etcd.faults().compact();
    etcd.faults().heal("a");
    etcd.await(() -> !seen.compacted.isEmpty());
    etcd.await(other.txn(PUT));
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(seen.events()).isEmpty();
    assertThat(seen.compacted).containsExactly(3L);
  }

  @Test
  void compact_atAnOlderRevision_keepsWhatCameAfterIt() {
    for (int i = 0; i < 5; i++) {
      etcd.await(other.txn(PUT));
    }
    etcd.faults().compact(3);
    RecordingListener seen = new RecordingListener();
    store.watch(KeyRange.single(KEY), 4, seen);
    etcd.await(() -> seen.events().size() == 3);
    assertThat(seen.revisions()).containsExactly(4L, 5L, 6L);
    RangeRequest old = RangeRequest.key(KEY);
    assertThat(etcd.await(store.range(old.atRevision(3))).kvs().get(0).version()).isEqualTo(2);
    assertThatThrownBy(() -> etcd.await(store.range(old.atRevision(2))))
        .isInstanceOf(CompactedException.class);
  }

  @Test
  void timesAsOften_bringsMoreDisturbances() {
    SimulatedFaults seldom = SimulatedFaults.stormy();
    assertThat(cutOffs(seldom.timesAsOften(30))).isGreaterThan(5 * cutOffs(seldom));
    assertThatThrownBy(() -> seldom.timesAsOften(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static long cutOffs(SimulatedFaults faults) {
    SimulatedEtcd simulation = SimulatedEtcd.of(1, faults);
    CompletableFuture<?> unused = simulation.client("a").range(RangeRequest.key(KEY));
    simulation.runFor(Duration.ofMinutes(20));
    return simulation.history().lines().filter(line -> line.contains("is cut off")).count();
  }

  @Test
  void pause_timersAndAnswers_comeLateInOneBurst() {
    List<String> happened = new ArrayList<>();
    store.scheduler().schedule(Duration.ofSeconds(1), () -> happened.add("first"));
    store.scheduler().schedule(Duration.ofSeconds(2), () -> happened.add("second"));
    CompletableFuture<Void> put = store.txn(PUT).thenRun(() -> happened.add("answer"));
    etcd.faults().pause("a");
    etcd.runFor(Duration.ofSeconds(30));
    assertThat(happened).isEmpty();
    assertThat(etcd.keys(KeyRange.single(KEY))).hasSize(1);
    etcd.faults().resume("a");
    etcd.run(() -> happened.size() >= 2, Duration.ofMillis(1));
    etcd.run(put::isDone, Duration.ofMillis(1));
    assertThat(happened).containsSubsequence("first", "second");
  }

  @Test
  void pause_timerCancelledAfterItWasDue_doesNotFire() {
    for (int seed = 0; seed < 20; seed++) {
      SimulatedEtcd simulation = SimulatedEtcd.of(seed);
      Store client = simulation.client("a");
      List<String> happened = new ArrayList<>();
      Timer second =
          client.scheduler().schedule(Duration.ofSeconds(2), () -> happened.add("second"));
      client.scheduler().schedule(Duration.ofSeconds(1), second::cancel);
      simulation.faults().pause("a", Duration.ofSeconds(10));
      simulation.runFor(Duration.ofSeconds(20));
      assertThat(happened).isEmpty();
    }
  }

  @Test
  void pause_onResuming_timeoutOrAnswerMayComeFirst() {
    Set<Boolean> succeeded = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      SimulatedEtcd simulation = SimulatedEtcd.of(seed);
      CompletableFuture<?> put = simulation.client("a").txn(PUT);
      simulation.faults().pause("a", Duration.ofSeconds(10));
      simulation.run(put::isDone, Duration.ofSeconds(20));
      succeeded.add(!put.isCompletedExceptionally());
    }
    assertThat(succeeded).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void kill_client_isNeverHeardAgainAndItsLeaseRunsOut() {
    etcd.await(store.grantLease(5, 3));
    etcd.await(store.txn(TxnRequest.of(Op.put(KEY, Bytes.EMPTY, 5))));
    List<String> happened = new ArrayList<>();
    store.scheduler().schedule(Duration.ofSeconds(1), () -> happened.add("timer"));
    CompletableFuture<?> read = store.range(RangeRequest.key(KEY));
    etcd.faults().kill("a");
    etcd.runFor(Duration.ofSeconds(4));
    assertThat(happened).isEmpty();
    assertThat(read).isNotDone();
    assertThat(etcd.leases()).isEmpty();
    assertThat(etcd.keys(KeyRange.single(KEY))).isEmpty();
  }

  @Test
  void stopServer_readsDuringIt_waitForItsStart() {
    etcd.faults().stopServer(Duration.ofSeconds(4));
    etcd.await(store.range(RangeRequest.key(KEY)));
    assertThat(etcd.now()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
  }

  @Test
  void stopServer_writesDuringIt_areNeverAppliedUnlessAnswered() {
    etcd.faults().stopServer();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(store.txn(TxnRequest.of(Op.put(Bytes.utf8("k" + i), Bytes.EMPTY))));
    }
    etcd.runFor(Duration.ofSeconds(11));
    Set<Class<?>> failures = new HashSet<>();
    for (CompletableFuture<?> write : writes) {
      assertThatThrownBy(() -> etcd.await(write))
          .isInstanceOf(CoordException.class)
          .satisfies(failure -> failures.add(failure.getClass()));
    }
    etcd.faults().startServer();
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(etcd.revision()).isEqualTo(1);
    assertThat(failures).contains(OutcomeUnknownException.class);
  }

  @Test
  void stopServer_forLongerThanALease_leaseHasItsFullTimeAfterwards() {
    etcd.await(store.grantLease(5, 3));
    etcd.faults().stopServer(Duration.ofSeconds(20));
    etcd.runFor(Duration.ofSeconds(23));
    assertThat(etcd.leases()).containsExactly(5L);
    etcd.runFor(Duration.ofSeconds(2));
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void expireLease_renewalWhileItIsBeingRevoked_waitsAndFindsNone() {
    etcd.await(store.grantLease(5, 60));
    etcd.await(store.txn(TxnRequest.of(Op.put(KEY, Bytes.EMPTY, 5))));
    etcd.faults().expireLease(5);
    assertThat(etcd.await(store.keepLeaseAlive(5))).isZero();
    assertThat(etcd.keys(KeyRange.single(KEY))).isEmpty();
  }

  @Test
  void changeLeader_extendsLeases() {
    etcd.await(store.grantLease(5, 3));
    etcd.runFor(Duration.ofSeconds(2));
    etcd.faults().changeLeader();
    etcd.runFor(Duration.ofSeconds(3));
    assertThat(etcd.leases()).containsExactly(5L);
    etcd.runFor(Duration.ofSeconds(2));
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void deleteKey_byHand_isReportedToWatchersAndObservers() {
    List<List<WatchEvent>> committed = new ArrayList<>();
    etcd.onCommit(committed::add);
    RecordingListener seen = new RecordingListener();
    store.watch(KeyRange.single(KEY), 0, seen);
    etcd.await(() -> !seen.created.isEmpty());
    etcd.await(store.txn(PUT));
    etcd.faults().deleteKey(KEY);
    etcd.await(() -> seen.events().size() == 2);
    assertThat(seen.events().get(1).type()).isEqualTo(WatchEvent.Type.DELETE);
    assertThat(committed).hasSize(2);
  }
}
