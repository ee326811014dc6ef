package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.election.NotLeaderException;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a proclamation asks etcd for, and what it makes of the answers. */
class ProclaimRequestsTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final List<TxnRequest> sent = new ArrayList<>();
  private final Store counting =
      new ForwardingStore(etcd.client("a")) {
        @Override
        public CompletableFuture<TxnResult> txn(TxnRequest request) {
          sent.add(request);
          return super.txn(request);
        }
      };
  private final Store stranger = etcd.client("stranger");
  private final Coord a = CoordRuntime.over(etcd.coord("other").config(), counting, Runnable::run);
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final Leadership<String> leadership =
      etcd.await(Election.of(session, "scheduler").campaignAsync("one"));

  private void write(Op... ops) {
    etcd.await(stranger.txn(TxnRequest.when().then(ops)));
  }

  @Test
  void proclaimAsync_oneAfterTheOther_takesOneRequestEach() {
    sent.clear();
    List<Long> revisions = new ArrayList<>();
    for (String value : List.of("two", "two", "three")) {
      revisions.add(etcd.await(leadership.proclaimAsync(value)));
    }

    assertThat(sent).hasSize(3);
    assertThat(revisions).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void proclaimAsync_replyLostAndOthersWriteMeanwhile_givesTheRevisionAtWhichItWasAnnounced() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Long> announced = leadership.proclaimAsync("two");
    Bytes key = Bytes.utf8(leadership.key());
    etcd.await(() -> etcd.keys(KeyRange.single(key)).get(0).value().equals(Bytes.utf8("two")));
    write(Op.put(Bytes.utf8("something"), Bytes.utf8("else")));
    long revision = etcd.await(announced);

    assertThat(etcd.keys(KeyRange.single(key)))
        .singleElement()
        .returns(revision, kv -> kv.modRevision());
  }

  @Test
  void proclaimAsync_keyPutAnewByAnotherWithThatValue_isNotAnnounced() {
    Bytes key = Bytes.utf8(leadership.key());
    CompletableFuture<TxnResult> deleted = stranger.txn(TxnRequest.when().then(Op.delete(key)));
    CompletableFuture<TxnResult> put =
        stranger.txn(TxnRequest.when().then(Op.put(key, Bytes.utf8("two"))));
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofMillis(100));
    CompletableFuture<Long> announced = leadership.proclaimAsync("two");
    etcd.await(deleted);
    etcd.await(put);

    assertThatThrownBy(() -> etcd.await(announced)).isInstanceOf(NotLeaderException.class);
  }
}
