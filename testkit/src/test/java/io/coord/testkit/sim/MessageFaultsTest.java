package io.coord.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MessageFaultsTest {

  private static final Bytes KEY = Bytes.utf8("key");
  private static final TxnRequest PUT = TxnRequest.of(Op.put(KEY, Bytes.utf8("value")));

  private final SimulatedEtcd etcd = SimulatedEtcd.of(11);
  private final Store store = etcd.client("a");

  private Optional<KeyValue> stored() {
    return etcd.keys(KeyRange.single(KEY)).stream().findFirst();
  }

  @Test
  void loseRequest_txnNotRepeatable_outcomeUnknownAndNeverApplied() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<TxnResult> answer = store.txn(PUT);
    assertThatThrownBy(() -> etcd.await(answer)).isInstanceOf(OutcomeUnknownException.class);
    etcd.runFor(Duration.ofMinutes(1));
    assertThat(stored()).isEmpty();
  }

  @Test
  void loseRequest_harmlessTxn_isRepeatedAndAppliedOnce() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(store.txn(PUT.harmlessToRepeat()));
    assertThat(stored()).hasValueSatisfying(kv -> assertThat(kv.version()).isEqualTo(1));
  }

  @Test
  void loseRequest_ofAnotherKind_strikesOnlyThat() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(store.range(RangeRequest.key(KEY)));
    assertThat(etcd.now()).isLessThan(Duration.ofMillis(20));
    assertThatThrownBy(() -> etcd.await(store.txn(PUT)))
        .isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void loseReply_txnNotRepeatable_outcomeUnknownThoughApplied() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    assertThatThrownBy(() -> etcd.await(store.txn(PUT)))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(stored()).isPresent();
  }

  @Test
  void loseReply_harmlessTxn_isAppliedAgain() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(store.txn(PUT.harmlessToRepeat()));
    assertThat(stored()).hasValueSatisfying(kv -> assertThat(kv.version()).isEqualTo(2));
  }

  @Test
  void loseReply_ofEachAttempt_harmlessTxnIsUnavailableThoughApplied() {
    SimulatedEtcd deaf =
        SimulatedEtcd.of(3, SimulatedFaults.none().with(MessageFault.LOSE_REPLY, 1));
    Store client = deaf.client("a");
    assertThatThrownBy(() -> deaf.await(client.txn(PUT.harmlessToRepeat())))
        .isInstanceOf(UnavailableException.class);
    assertThat(deaf.keys(KeyRange.single(KEY))).hasSize(1);
  }

  @Test
  void loseReply_leaseGrant_repetitionFindsTheLease() {
    etcd.faults().loseReply("a", RequestKind.LEASE_GRANT);
    assertThat(etcd.await(store.grantLease(7, 5))).isEqualTo(new LeaseGrant(7, 5));
    assertThat(etcd.leases()).containsExactly(7L);
  }

  @Test
  void delayRequest_txnNotRepeatable_isAppliedLongAfterItsCallerGaveUp() {
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(30));
    assertThatThrownBy(() -> etcd.await(store.txn(PUT)))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(etcd.now()).isLessThan(Duration.ofSeconds(3));
    etcd.await(store.range(RangeRequest.key(KEY)));
    assertThat(stored()).isEmpty();
    etcd.runFor(Duration.ofSeconds(31));
    assertThat(stored()).isPresent();
  }

  @Test
  void duplicateRequest_harmlessTxn_isAppliedAgainLate() {
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    etcd.await(store.txn(PUT.harmlessToRepeat()));
    assertThat(stored()).hasValueSatisfying(kv -> assertThat(kv.version()).isEqualTo(1));
    etcd.runFor(Duration.ofSeconds(6));
    assertThat(stored()).hasValueSatisfying(kv -> assertThat(kv.version()).isEqualTo(2));
  }

  @Test
  void duplicateRequest_txnNotRepeatable_isAppliedOnce() {
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    etcd.await(store.txn(PUT));
    etcd.runFor(Duration.ofSeconds(6));
    assertThat(stored()).hasValueSatisfying(kv -> assertThat(kv.version()).isEqualTo(1));
  }

  @Test
  void calls_sentTogether_overtakeEachOther() {
    List<Integer> answered = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      CompletableFuture<?> unused =
          store.range(RangeRequest.key(KEY)).thenRun(() -> answered.add(number));
    }
    etcd.await(() -> answered.size() == 20);
    assertThat(answered).isNotEqualTo(answered.stream().sorted().toList());
  }

  @Test
  void lag_serializableRead_mayBeOldWhileLinearizableIsNot() {
    SimulatedEtcd lagging = SimulatedEtcd.of(3, SimulatedFaults.none().with(MessageFault.LAG, 0.5));
    Store client = lagging.client("a");
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      long written = lagging.await(client.txn(PUT)).revision();
      assertThat(lagging.await(client.range(RangeRequest.key(KEY))).revision()).isEqualTo(written);
      long behind =
          written - lagging.await(client.range(RangeRequest.key(KEY).serializable())).revision();
      assertThat(behind).isNotNegative();
      seen.add(behind);
    }
    assertThat(seen).contains(0L).hasSizeGreaterThan(3);
  }

  @Test
  void lag_txnThatOnlyCompares_mayBeAnsweredFromThePast() {
    SimulatedEtcd lagging = SimulatedEtcd.of(3, SimulatedFaults.none().with(MessageFault.LAG, 1));
    Store client = lagging.client("a");
    lagging.await(client.txn(PUT));
    TxnRequest exists = TxnRequest.when(Compare.exists(KEY));
    assertThat(lagging.await(client.txn(exists)).succeeded()).isFalse();
    assertThat(lagging.await(client.txn(exists.then(Op.get(KEY)))).succeeded()).isTrue();
  }

  @Test
  void stallWatch_manyRevisions_arriveInFewCallsAndInOrder() {
    SimulatedEtcd stalling =
        SimulatedEtcd.of(3, SimulatedFaults.none().with(MessageFault.STALL_WATCH, 1));
    Store client = stalling.client("a");
    RecordingListener seen = new RecordingListener();
    client.watch(KeyRange.single(KEY), 0, seen);
    stalling.await(() -> !seen.created.isEmpty());
    for (int i = 0; i < 200; i++) {
      stalling.await(client.txn(PUT));
    }
    stalling.await(() -> seen.revisions().size() == 200);
    assertThat(seen.revisions()).isSorted().doesNotHaveDuplicates();
    assertThat(seen.calls.size()).isLessThan(100);
  }
}
