package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How leases live and end, and what becomes of their keys. */
interface LeaseRules extends Rules {

  long UNKNOWN = 0x1234_5678_9abcL;

  private long leaseWithKeys(long ttlSeconds, String... names) {
    long lease = lab().grant(ttlSeconds).id();
    lab()
        .txn(
            Arrays.stream(names)
                .map(name -> Op.put(lab().key(name), value("1"), lease))
                .toArray(Op[]::new));
    return lease;
  }

  private boolean revoke(long lease) {
    return lab().await(lab().store().revokeLease(lease));
  }

  private long keepAlive(long lease) {
    return lab().await(lab().store().keepLeaseAlive(lease));
  }

  private LeaseStatus status(long lease) {
    return lab().await(lab().store().leaseStatus(lease));
  }

  @Test
  default void grant_givesTheNumberAndTimeAskedFor() {
    assertThat(lab().await(lab().store().grantLease(UNKNOWN + 1, 30)))
        .isEqualTo(new LeaseGrant(UNKNOWN + 1, 30));
    assertThat(revoke(UNKNOWN + 1)).isTrue();
  }

  @Test
  default void grant_doesNotRaiseTheRevision() {
    long before = lab().revision();
    lab().grant(30);
    assertThat(lab().revision()).isEqualTo(before);
  }

  @Test
  default void grant_shorterThanTheServersMinimum_isLengthened() {
    LeaseGrant grant = lab().grant(1);
    assertThat(grant.ttlSeconds()).isEqualTo(2);
    assertThat(status(grant.id()).grantedSeconds()).isEqualTo(2);
  }

  @Test
  default void grant_tooLong_isRefused() {
    assertThatThrownBy(() -> lab().grant(9_000_000_001L)).isInstanceOf(RefusedException.class);
    assertThat(lab().grant(9_000_000_000L).ttlSeconds()).isEqualTo(9_000_000_000L);
  }

  @Test
  default void grant_numberInUse_isRefused() {
    long lease = lab().grant(30).id();
    assertThatThrownBy(() -> lab().await(lab().openStore().grantLease(lease, 60)))
        .isInstanceOf(RefusedException.class);
    assertThat(status(lease).grantedSeconds()).isEqualTo(30);
  }

  @Test
  default void put_underALease_showsIt() {
    long lease = leaseWithKeys(30, "a");
    assertThat(lab().read("a").kvs().get(0).lease()).isEqualTo(lease);
  }

  @Test
  default void revoke_deletesItsKeysInOneRevision() {
    long lease = leaseWithKeys(30, "b", "a", "c");
    lab().putEach("d");
    long before = lab().revision();
    ContractListener watch = lab().watchFrom(lab().range(""), before + 1);
    lab().await(watch::isCreated);
    assertThat(revoke(lease)).isTrue();
    assertThat(lab().revision()).isEqualTo(before + 1);
    assertThat(lab().read(RangeRequest.of(lab().range(""))).kvs())
        .extracting(KeyValue::key)
        .containsExactly(lab().key("d"));
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.calls()).hasSize(1);
    assertThat(watch.events()).extracting(WatchEvent::type).containsOnly(WatchEvent.Type.DELETE);
    assertThat(watch.events())
        .extracting(event -> event.kv().key())
        .containsExactly(lab().key("a"), lab().key("b"), lab().key("c"));
    assertThat(watch.revisions()).containsOnly(before + 1);
  }

  @Test
  default void revoke_withoutKeys_doesNotRaiseTheRevision() {
    long lease = leaseWithKeys(30, "a");
    lab().txn(Op.delete(lab().key("a")));
    long before = lab().revision();
    assertThat(revoke(lease)).isTrue();
    assertThat(lab().revision()).isEqualTo(before);
  }

  @Test
  default void revoke_ofNone_saysSo() {
    assertThat(revoke(UNKNOWN)).isFalse();
    long lease = lab().grant(30).id();
    assertThat(revoke(lease)).isTrue();
    assertThat(revoke(lease)).isFalse();
  }

  @Test
  default void put_withoutTheLease_freesTheKeyFromIt() {
    long lease = leaseWithKeys(30, "a", "b");
    lab().txn(Op.put(lab().key("a"), value("2")));
    assertThat(lab().read("a").kvs().get(0).lease()).isZero();
    revoke(lease);
    assertThat(lab().read("a").count()).isEqualTo(1);
    assertThat(lab().read("b").count()).isZero();
  }

  @Test
  default void put_underAnotherLease_movesTheKeyThere() {
    long first = leaseWithKeys(30, "a");
    long second = leaseWithKeys(30, "a");
    revoke(first);
    assertThat(lab().read("a").kvs().get(0).version()).isEqualTo(2);
    revoke(second);
    assertThat(lab().read("a").count()).isZero();
  }

  @Test
  default void put_afterDeleteWithoutLease_isNotBoundAnyMore() {
    long lease = leaseWithKeys(30, "a");
    lab().txn(Op.delete(lab().key("a")));
    lab().putEach("a");
    revoke(lease);
    assertThat(lab().read("a").count()).isEqualTo(1);
  }

  @Test
  default void put_underARevokedLease_isRefused() {
    long lease = lab().grant(30).id();
    revoke(lease);
    Bytes key = lab().key("a");
    assertThatThrownBy(() -> lab().txn(Op.put(key, value("1"), lease)))
        .isInstanceOf(LeaseNotFoundException.class);
  }

  @Test
  default void keepAlive_givesTheFullTime() {
    assertThat(keepAlive(lab().grant(30).id())).isEqualTo(30);
  }

  @Test
  default void keepAlive_ofNone_givesZero() {
    assertThat(keepAlive(UNKNOWN)).isZero();
    long lease = lab().grant(30).id();
    revoke(lease);
    assertThat(keepAlive(lease)).isZero();
  }

  @Test
  default void status_ofALease_tellsWhatIsLeft() {
    long lease = lab().grant(30).id();
    LeaseStatus status = status(lease);
    assertThat(status.exists()).isTrue();
    assertThat(status.id()).isEqualTo(lease);
    assertThat(status.grantedSeconds()).isEqualTo(30);
    assertThat(status.remainingSeconds()).isBetween(15L, 30L);
  }

  @Test
  default void status_ofNone_saysSo() {
    assertThat(status(UNKNOWN).exists()).isFalse();
    assertThat(status(UNKNOWN).grantedSeconds()).isZero();
  }

  @Test
  default void lease_notKeptAlive_runsOutWithAllItsKeysInOneRevision() {
    String[] names = {"e", "d", "c", "b", "a"};
    ContractListener watch = lab().watchNow(lab().range(""));
    long lease = leaseWithKeys(2, names);
    lab().await(() -> watch.events().size() == 2 * names.length);
    ContractListener.Call last = watch.calls().get(watch.calls().size() - 1);
    List<WatchEvent> deletions =
        last.events().subList(last.events().size() - 5, last.events().size());
    assertThat(deletions)
        .extracting(event -> event.kv().key())
        .containsExactly(
            lab().key("a"), lab().key("b"), lab().key("c"), lab().key("d"), lab().key("e"));
    assertThat(deletions).extracting(WatchEvent::type).containsOnly(WatchEvent.Type.DELETE);
    assertThat(deletions)
        .extracting(event -> event.kv().modRevision())
        .containsOnly(last.revision());
    assertThat(status(lease).exists()).isFalse();
    assertThat(keepAlive(lease)).isZero();
    assertThat(revoke(lease)).isFalse();
  }

  @Test
  default void lease_keptAlive_outlivesItsTime() {
    long lease = leaseWithKeys(2, "a");
    for (int i = 0; i < 8; i++) {
      lab().pass(Duration.ofMillis(500));
      assertThat(keepAlive(lease)).isEqualTo(2);
    }
    assertThat(lab().read("a").count()).isEqualTo(1);
  }

  @Test
  default void lease_ofAClosedClient_staysUntilItRunsOut() {
    Store other = lab().openStore();
    long lease = UNKNOWN + 2;
    lab().await(other.grantLease(lease, 2));
    lab().await(other.txn(TxnRequest.of(Op.put(lab().key("a"), value("1"), lease))));
    other.close();
    assertThat(lab().read("a").count()).isEqualTo(1);
    lab().await(() -> lab().read("a").count() == 0);
  }
}
