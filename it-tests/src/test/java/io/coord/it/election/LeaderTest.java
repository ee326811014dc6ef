package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.election.Election;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who leads: what a reader is told, and when the next one is. */
class LeaderTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Store stranger = etcd.client("stranger");

  private long put(String key, String value) {
    TxnRequest request = TxnRequest.when().then(Op.put(Bytes.utf8(key), Bytes.utf8(value)));
    CompletableFuture<TxnResult> answer = stranger.txn(request);
    return etcd.await(answer).revision();
  }

  private Leader<String> leader() {
    return etcd.await(ElectionView.of(a, "scheduler").leaderAsync()).orElseThrow();
  }

  @Test
  void leader_severalStand_isTheOldestWhateverItsKey() {
    long first = put("scheduler/z", "one");
    put("scheduler/a", "two");

    assertThat(leader().value()).isEqualTo("one");
    assertThat(leader().fencingToken().value()).isEqualTo(first);
  }

  @Test
  void leader_olderKeyBelowAFurtherSlash_isNotIt() {
    put("scheduler/a/below", "none");
    put("scheduler/z", "one");

    assertThat(leader().key()).isEqualTo("scheduler/z");
  }

  @Test
  void leader_hasProclaimed_isReadWithTheRevisionOfThat() {
    long first = put("scheduler/z", "one");
    long second = put("scheduler/z", "two");

    assertThat(leader().fencingToken().value()).isEqualTo(first);
    assertThat(leader().revision()).isEqualTo(second);
  }

  @Test
  void resignAsync_nextOfTheSameConnection_leadsOnceTheKeyIsGone() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    Election<String> election = Election.of(session, "scheduler");
    Leadership<String> leadership = etcd.await(election.campaignAsync("one"));
    KeyRange key =
        etcd.keys(KeyRange.prefix(Bytes.utf8("scheduler/"))).stream()
            .map(kv -> KeyRange.single(kv.key()))
            .findFirst()
            .orElseThrow();
    CompletableFuture<Leadership<String>> next = election.campaignAsync("two");
    etcd.await(() -> etcd.keys(KeyRange.prefix(Bytes.utf8("scheduler/"))).size() == 2);
    etcd.runFor(Duration.ofMillis(10));
    CompletableFuture<Release> resigned = leadership.resignAsync();
    etcd.await(next);

    assertThat(etcd.keys(key)).isEmpty();
    assertThat(etcd.await(resigned)).isEqualTo(Release.RELEASED);
    etcd.runFor(A_MOMENT);
    assertThat(next.join().isLeader()).isTrue();
  }
}
