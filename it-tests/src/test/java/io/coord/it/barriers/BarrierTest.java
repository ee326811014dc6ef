package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierHeldException;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The barrier on the simulated store. */
class BarrierTest {

  private static final Bytes KEY = Bytes.utf8("gate");
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  /** What callbacks take; a broken watch is opened again later. */
  private static final Duration SOON = Duration.ofMillis(5);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Store stranger = etcd.client("stranger");

  private Barrier held(Coord coord) {
    Barrier barrier = Barrier.of(coord, "gate");
    etcd.await(barrier.holdAsync());
    return barrier;
  }

  private CompletableFuture<Void> waiting(Coord coord) {
    CompletableFuture<Void> waiter = Barrier.of(coord, "gate").awaitAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private void put(String key) {
    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8(key), Bytes.utf8("x")))));
  }

  /** All but the markers of holds. */
  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream()
        .map(kv -> kv.key().utf8())
        .filter(key -> !key.startsWith("__coord/barriers/"))
        .toList();
  }

  @Test
  void await_withoutBarrier_returnsAtOnce() {
    etcd.await(Barrier.of(a, "gate").awaitAsync());

    assertThat(etcd.now()).isLessThan(Duration.ofMillis(50));
    assertThat(etcd.await(Barrier.of(a, "gate").awaitAsync(Duration.ZERO.plusSeconds(1)))).isTrue();
  }

  @Test
  void await_forNoTime_tellsWhetherItIsHeld() {
    assertThat(etcd.await(Barrier.of(b, "gate").awaitAsync(Duration.ZERO))).isTrue();
    held(a);

    assertThat(etcd.await(Barrier.of(b, "gate").awaitAsync(Duration.ZERO))).isFalse();
  }

  @Test
  void await_forNoTimeAndNobodyAnswers_fails() {
    etcd.faults().stopServer();

    assertThatThrownBy(() -> etcd.await(Barrier.of(b, "gate").awaitAsync(Duration.ZERO)))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void hold_givesTheKeyThatGosRecipeHas() {
    held(a);

    assertThat(keys()).containsExactly("gate");
  }

  @Test
  void release_allWaitersOfAllClients_goOn() {
    Barrier barrier = held(a);
    List<CompletableFuture<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiters.add(waiting(i % 2 == 0 ? a : b));
    }

    etcd.await(barrier.releaseAsync());

    waiters.forEach(etcd::await);
    assertThat(keys()).isEmpty();
  }

  @Test
  void await_unrelatedWritesMeanwhile_doNotMatter() {
    Barrier barrier = held(a);
    CompletableFuture<Void> waiter = waiting(b);
    for (String key : List.of("gate/x", "gate2", "gat", "other", "gate")) {
      put(key);
    }
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();

    etcd.await(barrier.releaseAsync());
    etcd.await(waiter);
  }

  @Test
  void await_heldAgainRightAfterTheRelease_goesOnAllTheSame() {
    Barrier barrier = held(a);
    CompletableFuture<Void> waiter = waiting(b);
    etcd.faults().pause("b");
    etcd.await(barrier.releaseAsync());
    etcd.await(barrier.holdAsync());
    etcd.faults().resume("b");

    etcd.await(waiter);
    waiting(b);
  }

  @Test
  void await_heldAgainUnseenByTheWatchOfAnEarlierWait_waits() {
    Barrier barrier = held(a);
    CompletableFuture<Void> earlier = waiting(b);
    etcd.await(barrier.releaseAsync());
    etcd.await(earlier);
    etcd.runFor(SOON);
    etcd.faults().breakWatches("b");

    etcd.await(barrier.holdAsync());

    waiting(b);
  }

  @Test
  void await_releasedAndHeldAgainWhileTheWatchIsCompacted_goesOn() {
    Barrier barrier = held(a);
    CompletableFuture<Void> waiter = waiting(b);
    etcd.faults().partition("b");
    etcd.await(barrier.releaseAsync());
    etcd.await(barrier.holdAsync());
    put("other");
    etcd.faults().compact();
    etcd.faults().heal("b");

    etcd.await(waiter);
  }

  @Test
  void hold_onAHeldOne_failsClearlyAndChangesNothing() {
    held(a);
    Bytes holder = etcd.keys(KeyRange.single(KEY)).get(0).value();

    assertThatThrownBy(() -> etcd.await(Barrier.of(b, "gate").holdAsync()))
        .isInstanceOf(BarrierHeldException.class)
        .hasMessageContaining("gate")
        .hasMessageContaining("held already");
    assertThat(etcd.keys(KeyRange.single(KEY))).extracting(KeyValue::value).containsExactly(holder);
    long before = etcd.revision();
    assertThatThrownBy(() -> etcd.await(Barrier.of(b, "gate").holdAsync()))
        .isInstanceOf(BarrierHeldException.class);
    assertThat(etcd.revision()).isEqualTo(before);
  }

  @Test
  void release_notHeld_doesNothing() {
    etcd.await(Barrier.of(a, "gate").releaseAsync());

    assertThat(keys()).isEmpty();
  }

  @Test
  void release_watchHasNotHeardOfIt_waitersOfThatProcessGoOnWithItsAnswer() {
    Barrier barrier = held(a);
    List<CompletableFuture<Void>> here = List.of(waiting(a), waiting(a));
    etcd.faults().breakWatches("a");

    etcd.await(barrier.releaseAsync());

    etcd.runFor(SOON);
    assertThat(here).allMatch(CompletableFuture::isDone);
  }

  @Test
  void release_answerSaysThatSomebodyElseHoldsIt_onlyThoseOfTheHoldBeforeGoOn() {
    Barrier first = held(a);
    CompletableFuture<Void> before = waiting(a);
    etcd.faults().breakWatches("a");
    etcd.await(stranger.txn(TxnRequest.of(Op.delete(KEY))));
    put("gate");
    CompletableFuture<Void> releasing = first.releaseAsync();
    etcd.await(before);
    CompletableFuture<Void> later = Barrier.of(a, "gate").awaitAsync();

    etcd.await(releasing);
    etcd.await(later);
    assertThat(keys()).isEmpty();
  }

  @Test
  void release_byAnybody_opens() {
    held(a);
    CompletableFuture<Void> waiter = waiting(a);

    etcd.await(Barrier.of(b, "gate").releaseAsync());

    etcd.await(waiter);
  }

  @Test
  void release_heldByAnotherSinceWeHeldIt_opensThatOne() {
    Barrier first = held(a);
    etcd.await(Barrier.of(b, "gate").releaseAsync());
    held(b);
    CompletableFuture<Void> waiter = waiting(b);

    etcd.await(first.releaseAsync());

    etcd.await(waiter);
  }

  @Test
  void hold_replyLost_isHeldOnceAndDoesNotSayHeldAlready() {
    etcd.faults().loseReply("a", RequestKind.TXN);

    etcd.await(Barrier.of(a, "gate").holdAsync());

    assertThat(etcd.keys(KeyRange.single(KEY))).hasSize(1);
    assertThat(etcd.keys(KeyRange.single(KEY)).get(0).version()).isEqualTo(1);
  }

  @Test
  void hold_requestCarriedOutLongAfterItsAnswerWasGivenUp_doesNotComeBackAfterTheRelease() {
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(25));
    Barrier barrier = held(a);
    etcd.await(barrier.releaseAsync());

    etcd.runFor(Duration.ofSeconds(60));

    assertThat(etcd.keys(KeyRange.single(KEY))).isEmpty();
  }

  @Test
  void release_replyLost_doesNotReleaseWhoHoldsNext() {
    Barrier barrier = held(a);
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    etcd.await(barrier.releaseAsync());
    held(b);

    etcd.runFor(Duration.ofSeconds(20));

    assertThat(etcd.keys(KeyRange.single(KEY))).hasSize(1);
  }

  @Test
  void await_watchBreaksAgainAndAgain_neverOpens() {
    Barrier barrier = held(a);
    CompletableFuture<Void> waiter = waiting(b);
    for (int i = 0; i < 10; i++) {
      etcd.faults().breakWatches("b");
      etcd.runFor(A_MOMENT);
      put("other" + i);
      etcd.faults().compact();
      etcd.faults().changeLeader();
      etcd.runFor(A_MOMENT);
      assertThat(waiter).isNotDone();
    }

    etcd.await(barrier.releaseAsync());
    etcd.await(waiter);
  }

  @Test
  void await_allMembersDownAndBack_goesOnWaiting() {
    Barrier barrier = held(a);
    CompletableFuture<Void> waiter = waiting(b);
    etcd.faults().stopServer(Duration.ofSeconds(30));
    etcd.runFor(Duration.ofSeconds(40));
    assertThat(waiter).isNotDone();

    etcd.await(barrier.releaseAsync());
    etcd.await(waiter);
  }

  @Test
  void await_begunWhileNoMemberAnswers_waitsForOne() {
    held(a);
    etcd.faults().stopServer(Duration.ofSeconds(30));
    CompletableFuture<Void> waiter = Barrier.of(b, "gate").awaitAsync();
    etcd.runFor(Duration.ofSeconds(40));
    assertThat(waiter).isNotDone();

    etcd.await(Barrier.of(a, "gate").releaseAsync());
    etcd.await(waiter);
  }

  @Test
  void await_timeOver_givesFalseAndWritesNothing() {
    held(a);
    long before = etcd.revision();
    Duration begin = etcd.now();

    assertThat(etcd.await(Barrier.of(b, "gate").awaitAsync(Duration.ofSeconds(3)))).isFalse();

    assertThat(etcd.now().minus(begin)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    assertThat(etcd.revision()).isEqualTo(before);
  }

  @Test
  void await_holderDies_staysHeld() {
    held(a);
    CompletableFuture<Void> waiter = waiting(b);
    etcd.faults().kill("a");
    etcd.runFor(Duration.ofMinutes(2));

    assertThat(waiter).isNotDone();
    etcd.await(Barrier.of(b, "gate").releaseAsync());
    etcd.await(waiter);
  }

  @Test
  void close_withWaitersAndAnOutage_endsEveryFutureAndLeavesTheBarrier() {
    held(a);
    CompletableFuture<Void> waiter = waiting(b);
    etcd.faults().partition("b");
    CompletableFuture<Void> late = Barrier.of(b, "gate").awaitAsync();
    CompletableFuture<Void> holding = Barrier.of(b, "other").holdAsync();
    etcd.runFor(Duration.ofSeconds(11));

    etcd.close(b);
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(waiter).isCompletedExceptionally();
    assertThat(late).isCompletedExceptionally();
    assertThat(holding).isCompletedExceptionally();
    assertThatThrownBy(() -> etcd.await(waiter)).isInstanceOf(ClosedException.class);
    assertThat(keys()).containsExactly("gate");
  }

  @Test
  void names_thatBeginAlike_areOtherBarriers() {
    held(a);
    for (String name : List.of("gat", "gate2", "gate/x", "gate/", "Gate")) {
      etcd.await(Barrier.of(b, name).awaitAsync());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b", "a\ud83d"})
  void of_nameAgainstTheRule_isRefused(String name) {
    assertThatThrownBy(() -> Barrier.of(a, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("barrier");
  }

  @Test
  void await_negativeTimeout_isRefused() {
    assertThatThrownBy(() -> Barrier.of(a, "gate").awaitAsync(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
  }
}
