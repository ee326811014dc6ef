package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.WatchEvent;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.election.NotLeaderException;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader announces, on the simulated store. */
class ProclaimTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final Leadership<String> leadership =
      etcd.await(Election.of(session, "scheduler").campaignAsync("one"));

  /** Every value that the leader's key ever had, as etcd committed them. */
  private final List<String> committed = new ArrayList<>();

  @BeforeEach
  void recordWhatIsCommitted() {
    committed.add("one");
    etcd.onCommit(events -> events.forEach(this::committed));
  }

  private void committed(WatchEvent event) {
    if (event.type() == WatchEvent.Type.PUT
        && event.kv().key().equals(Bytes.utf8(leadership.key()))) {
      committed.add(event.kv().value().utf8());
    }
  }

  @Test
  void proclaimAsync_leading_announcesWithoutAnotherElection() {
    long token = leadership.fencingToken().value();
    long revision = etcd.await(leadership.proclaimAsync("two"));

    assertThat(leadership.value()).isEqualTo("two");
    assertThat(revision).isEqualTo(etcd.revision());
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8(leadership.key()))))
        .singleElement()
        .returns(token, kv -> kv.createRevision())
        .returns(revision, kv -> kv.modRevision())
        .returns(session.leaseId(), kv -> kv.lease());
  }

  @Test
  void proclaimAsync_replyLost_isAnnouncedOnce() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    long revision = etcd.await(leadership.proclaimAsync("two"));
    etcd.runFor(TTL);

    assertThat(committed).containsExactly("one", "two");
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8(leadership.key()))))
        .singleElement()
        .returns(revision, kv -> kv.modRevision());
  }

  @Test
  void proclaimAsync_requestLost_isAnnounced() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(leadership.proclaimAsync("two"));

    assertThat(committed).containsExactly("one", "two");
  }

  @Test
  void proclaimAsync_lateCopyOfAnEarlierOne_doesNotTakeTheValueBack() {
    etcd.faults().delayRequest("a", RequestKind.TXN, TTL);
    etcd.await(leadership.proclaimAsync("two"));
    etcd.await(leadership.proclaimAsync("three"));
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(leadership.isLeader()).isTrue();
    assertThat(committed).containsExactly("one", "two", "three");
  }

  @Test
  void proclaimAsync_lateCopyAfterResigning_writesNothing() {
    etcd.faults().delayRequest("a", RequestKind.TXN, TTL);
    etcd.await(leadership.proclaimAsync("two"));
    etcd.await(leadership.resignAsync());
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("scheduler/")))).isEmpty();
    assertThat(committed).containsExactly("one", "two");
  }

  @Test
  void proclaimAsync_severalAtOnce_areAnnouncedInTheOrderOfTheCalls() {
    etcd.faults().change(SimulatedFaults.lossy());
    List<CompletableFuture<Long>> announced =
        IntStream.range(0, 20).mapToObj(i -> leadership.proclaimAsync("value " + i)).toList();
    List<Long> revisions = announced.stream().map(etcd::await).toList();

    assertThat(committed)
        .startsWith("one")
        .hasSize(21)
        .endsWith(IntStream.range(0, 20).mapToObj(i -> "value " + i).toArray(String[]::new));
    assertThat(revisions).isSorted().doesNotHaveDuplicates();
    assertThat(leadership.value()).isEqualTo("value 19");
  }

  @Test
  void proclaimAsync_inAStorm_valuesNeverGoBack() {
    SeedSweep.of(100).run(SimulatedFaults.stormy().timesAsOften(4), ProclaimTest::proclaimManyIn);
  }

  private static void proclaimManyIn(SimulatedEtcd storm) {
    List<Integer> values = new ArrayList<>();
    storm.onCommit(
        events ->
            events.stream()
                .filter(event -> event.type() == WatchEvent.Type.PUT)
                .filter(event -> event.kv().key().startsWith(Bytes.utf8("storm/")))
                .forEach(event -> values.add(Integer.parseInt(event.kv().value().utf8()))));
    Session stormy = storm.await(storm.coord("c").openSessionAsync(Duration.ofSeconds(60)));
    Leadership<String> leading =
        storm.await(Election.of(stormy, "storm").campaignAsync(Integer.toString(0)));
    for (int i = 1; i <= 20; i++) {
      CompletableFuture<Long> announced = leading.proclaimAsync(Integer.toString(i));
      storm.await(announced::isDone);
      if (announced.isCompletedExceptionally()) {
        assertThat(leading.isLeader()).isFalse();
        break;
      }
      assertThat(values).contains(i);
    }
    storm.runFor(Duration.ofSeconds(60));
    assertThat(values).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void proclaimAsync_somebodyElseWroteTheKey_isAnnouncedAllTheSame() {
    etcd.await(
        CoordRuntime.of(b)
            .store()
            .txn(
                TxnRequest.of(
                    Op.put(
                        Bytes.utf8(leadership.key()), Bytes.utf8("by hand"), session.leaseId()))));
    etcd.await(leadership.proclaimAsync("two"));

    assertThat(committed).containsExactly("one", "by hand", "two");
  }

  @Test
  void proclaimAsync_byOneThatNoLongerLeadsAndDoesNotKnowIt_failsAndWritesNothing() {
    CompletableFuture<Leadership<String>> next =
        Election.of(etcd.await(b.openSessionAsync(TTL)), "scheduler").campaignAsync("next");
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().pause("a");
    etcd.faults().deleteKey(Bytes.utf8(leadership.key()));
    etcd.await(next);
    long before = etcd.revision();
    CompletableFuture<Long> announced = leadership.proclaimAsync("two");
    etcd.faults().resume("a");

    assertThatThrownBy(() -> etcd.await(announced))
        .isInstanceOf(NotLeaderException.class)
        .hasMessageContaining(leadership.key());
    assertThat(etcd.revision()).isEqualTo(before);
    assertThat(leadership.value()).isEqualTo("one");
  }

  @Test
  void proclaimAsync_leaseGone_failsAndWritesNothing() {
    etcd.faults().revokeLease(session.leaseId());
    long before = etcd.revision();

    assertThatThrownBy(() -> etcd.await(leadership.proclaimAsync("two")))
        .isInstanceOf(NotLeaderException.class);
    assertThat(etcd.revision()).isEqualTo(before);
  }

  @Test
  void proclaimAsync_cutOffBeforeTheAnswerUntilTheLeadershipIsLost_saysThatItIsInDoubt() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Long> announced = leadership.proclaimAsync("two");
    etcd.await(() -> committed.contains("two"));
    etcd.faults().partition("a");

    assertThatThrownBy(() -> etcd.await(announced))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining(leadership.key());
    assertThat(leadership.isLeader()).isFalse();
  }

  @Test
  void proclaimAsync_replyLostAndThenRefused_saysThatItIsInDoubt() {
    AtomicBoolean refusing = new AtomicBoolean();
    Store store =
        new ForwardingStore(etcd.client("c")) {
          @Override
          public CompletableFuture<TxnResult> txn(TxnRequest request) {
            return refusing.get()
                ? CompletableFuture.failedFuture(new RefusedException("no permission", null))
                : super.txn(request);
          }
        };
    Coord c = CoordRuntime.over(a.config(), store, Runnable::run);
    Session open = etcd.await(c.openSessionAsync(TTL));
    Leadership<String> leading = etcd.await(Election.of(open, "other").campaignAsync("one"));
    etcd.faults().loseReply("c", RequestKind.TXN);
    CompletableFuture<Long> announced = leading.proclaimAsync("two");
    refusing.set(true);

    assertThatThrownBy(() -> etcd.await(announced))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasCauseInstanceOf(RefusedException.class);
  }

  @Test
  void value_anotherIsAnnouncedBeforeTheCallOfTheFirstReturns_isTheLast() {
    Queue<Runnable> meanwhile = new ArrayDeque<>();
    Store store =
        new ForwardingStore(etcd.client("c")) {
          @Override
          public CompletableFuture<TxnResult> txn(TxnRequest request) {
            CompletableFuture<TxnResult> answer = super.txn(request);
            if (!meanwhile.isEmpty()) {
              etcd.await(answer);
              meanwhile.remove().run();
            }
            return answer;
          }
        };
    Coord c = CoordRuntime.over(a.config(), store, Runnable::run);
    Session open = etcd.await(c.openSessionAsync(TTL));
    Leadership<String> leading = etcd.await(Election.of(open, "other").campaignAsync("one"));
    List<CompletableFuture<Long>> later = new ArrayList<>();
    meanwhile.add(() -> later.add(leading.proclaimAsync("three")));
    meanwhile.add(() -> {});
    etcd.await(leading.proclaimAsync("two"));
    etcd.await(later.get(0));

    assertThat(leading.value()).isEqualTo("three");
  }

  @Test
  void proclaimAsync_refused_givesTheRefusalAndTheNextOneGoesOn() {
    CompletableFuture<Long> tooLarge = leadership.proclaimAsync("x".repeat(2_000_000));
    CompletableFuture<Long> next = leadership.proclaimAsync("two");

    assertThatThrownBy(() -> etcd.await(tooLarge)).isInstanceOf(RefusedException.class);
    etcd.await(next);
    assertThat(committed).containsExactly("one", "two");
    assertThat(leadership.isLeader()).isTrue();
  }

  @Test
  void proclaimAsync_resignedWhileNoMemberAnswers_ends() {
    etcd.faults().stopServer();
    CompletableFuture<Long> announced = leadership.proclaimAsync("two");
    etcd.runFor(Duration.ofSeconds(3));
    CompletableFuture<?> resigned = leadership.resignAsync();
    etcd.await(announced::isDone);
    etcd.faults().startServer();
    etcd.await(resigned);

    assertThat(announced).isCompletedExceptionally();
  }

  @Test
  void proclaimAsync_connectionClosedWhileNoMemberAnswers_ends() {
    etcd.faults().stopServer();
    List<CompletableFuture<Long>> announced =
        List.of(leadership.proclaimAsync("two"), leadership.proclaimAsync("three"));
    etcd.runFor(Duration.ofSeconds(3));
    etcd.close(a);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(announced).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(announced.get(1))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfAny(NotLeaderException.class, ClosedException.class);
  }

  @Test
  void proclaimAsync_connectionClosedAtAnyMoment_ends() {
    SeedSweep.of(200).run(SimulatedFaults.none(), ProclaimTest::closeWhileOneIsTriedAgainIn);
  }

  private static void closeWhileOneIsTriedAgainIn(SimulatedEtcd other) {
    Coord coord = other.coord("c");
    Session open = other.await(coord.openSessionAsync(TTL));
    Leadership<String> leading = other.await(Election.of(open, "scheduler").campaignAsync("one"));
    other.faults().loseReply("c", RequestKind.TXN);
    CompletableFuture<Long> announced = leading.proclaimAsync("two");
    other.runFor(Duration.ofMillis(other.seed() * 11));
    other.close(coord);
    other.runFor(Duration.ofSeconds(1));

    assertThat(announced).isDone();
  }

  @Test
  void proclaimAsync_tenThousandQueuedWhenTheLeadershipIsLost_allFail() {
    List<CompletableFuture<Long>> announced =
        IntStream.range(0, 10_000).mapToObj(i -> leadership.proclaimAsync("value " + i)).toList();
    etcd.faults().revokeLease(session.leaseId());
    etcd.await(() -> announced.stream().allMatch(CompletableFuture::isDone));

    assertThat(announced).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(committed).containsExactly("one");
  }

  @Test
  void guard_ofALeaderThatLeadsNoMore_failsTheWrite() {
    etcd.await(a.transaction().require(leadership.guard()).put("row", "by one").commitAsync());
    etcd.await(leadership.proclaimAsync("two"));
    etcd.await(a.transaction().require(leadership.guard()).put("row", "by two").commitAsync());
    etcd.faults().deleteKey(Bytes.utf8(leadership.key()));

    assertThatThrownBy(
            () ->
                etcd.await(
                    a.transaction().require(leadership.guard()).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row"))))
        .singleElement()
        .returns("by two", kv -> kv.value().utf8());
  }
}
