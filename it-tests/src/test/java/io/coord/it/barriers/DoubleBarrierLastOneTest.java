package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The last one of a double barrier enters through a process that believes to see all others there:
 * its key and "all have come" are one transaction, if that belief is true.
 */
class DoubleBarrierLastOneTest extends DoubleBarrierScenario {

  private static final int COUNT = 3;

  private final Session sessionOfB = session(b);
  private final DoubleBarrier here = member(a, COUNT);
  private final DoubleBarrier there = DoubleBarrier.of(sessionOfB, "team", COUNT);
  private final DoubleBarrier last = member(a, COUNT);

  @Test
  void enter_allOthersStandThere_isOneCommit() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    long before = etcd.revision();

    etcd.await(last.enterAsync());
    etcd.await(first);
    etcd.await(second);

    assertThat(etcd.revision()).isEqualTo(before + 1);
  }

  /** Everybody holds a place at once, so nobody need know who is before it. */
  @Test
  void enter_othersStandThere_transactionsReadNobody() {
    waiting(here.enterAsync());
    waiting(there.enterAsync());
    etcd.await(last.enterAsync());

    assertThat(joins()).hasSize(COUNT).noneMatch(DoubleBarrierLastOneTest::sawTheLine);
  }

  @Test
  void enter_manyHaveComeAndGone_oneReadsToForgetThem() {
    for (int i = 0; i < 300; i++) {
      DoubleBarrier alone = DoubleBarrier.of(session(a), "alone", 1);
      etcd.await(alone.enterAsync());
      etcd.await(alone.leaveAsync());
    }

    assertThat(joins()).filteredOn(DoubleBarrierLastOneTest::sawTheLine).hasSize(1);
  }

  /** The answers to transactions that put a key, and perhaps read the line or say that all came. */
  private List<String> joins() {
    return etcd.history()
        .lines()
        .filter(line -> line.contains("is answered: TxnResult") && line.contains("results=[Put[]"))
        .toList();
  }

  private static boolean sawTheLine(String join) {
    return join.contains("results=[Put[], Range[");
  }

  @Test
  void enter_roundAfterRound_isOneCommitForTheLastOfEach() {
    for (int round = 0; round < 3; round++) {
      CompletableFuture<Void> first = waiting(here.enterAsync());
      CompletableFuture<Void> second = waiting(there.enterAsync());
      long before = etcd.revision();
      etcd.await(last.enterAsync());
      assertThat(etcd.revision()).isEqualTo(before + 1);
      etcd.await(first);
      etcd.await(second);

      etcd.await(CompletableFuture.allOf(here.leaveAsync(), there.leaveAsync(), last.leaveAsync()));
      etcd.runFor(A_MOMENT);
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void enter_oneOfTheOthersHasWithdrawnUnseen_waits() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    etcd.faults().breakWatches("a");
    second.cancel(false);
    etcd.await(() -> keys().contains("team/withdrawn"));

    CompletableFuture<Void> third = waiting(last.enterAsync());

    assertThat(first).isNotDone();
    etcd.await(there.enterAsync());
    etcd.await(first);
    etcd.await(third);
  }

  @Test
  void enter_oneOfTheOthersHasDiedUnseen_waits() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    waiting(there.enterAsync());
    etcd.faults().breakWatches("a");
    etcd.faults().revokeLease(sessionOfB.leaseId());

    CompletableFuture<Void> third = waiting(last.enterAsync());

    assertThat(first).isNotDone();
    etcd.await(member(c, COUNT).enterAsync());
    etcd.await(first);
    etcd.await(third);
  }

  @Test
  void enter_anotherHasComeUnseen_isOneTooMany() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    etcd.faults().breakWatches("a");
    etcd.await(member(b, COUNT).enterAsync());

    CompletableFuture<Void> fourth = last.enterAsync();

    assertThatThrownBy(() -> etcd.await(fourth)).isInstanceOf(BarrierFullException.class);
    etcd.await(first);
    etcd.await(second);
  }

  @Test
  void enter_anotherHasComeUnseenAndNotYetSaidSo_isOneTooMany() {
    waiting(here.enterAsync());
    waiting(there.enterAsync());
    etcd.faults().breakWatches("a");
    Bytes stranger = Bytes.utf8("team/waiters/1700000000");
    etcd.await(this.stranger.txn(TxnRequest.of(Op.put(stranger, Bytes.EMPTY))));

    CompletableFuture<Void> fourth = last.enterAsync();

    assertThatThrownBy(() -> etcd.await(fourth)).isInstanceOf(BarrierFullException.class);
    assertThat(keys()).doesNotContain("team/ready");
  }

  /** One other is there, as many as it takes; but that one is on its way out. */
  @Test
  void enter_roundGoesOnAsSeen_isRefused() {
    List<DoubleBarrier> round = members(2);
    allEnter(round);
    CompletableFuture<Void> leaving = waiting(round.get(0).leaveAsync());

    assertThatThrownBy(() -> etcd.await(member(a, 2).enterAsync()))
        .isInstanceOf(BarrierFullException.class);

    etcd.await(round.get(1).leaveAsync());
    etcd.await(leaving);
  }

  @Test
  void enter_roundGoesOnUnseen_isRefused() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    CompletableFuture<Void> third = last.enterAsync();
    etcd.await(CompletableFuture.allOf(first, second, third));
    etcd.faults().breakWatches("a");
    waiting(there.leaveAsync(Duration.ofSeconds(5)));

    assertThatThrownBy(() -> etcd.await(member(a, COUNT).enterAsync()))
        .isInstanceOf(BarrierFullException.class);
  }

  /**
   * The announcement of those who came before is under way when one of them dies, so that whoever
   * comes then seems to be the one who is missing. Nothing but `ready` says that they are in.
   */
  @Test
  void enter_roundHasBegunUnseenAfterOneDied_isRefused() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    waiting(there.enterAsync());
    CompletableFuture<Void> third = member(c, COUNT).enterAsync();
    etcd.await(() -> keys().size() == COUNT);
    delayNextTransaction("c");
    etcd.runFor(A_MOMENT);
    etcd.faults().revokeLease(sessionOfB.leaseId());
    etcd.runFor(Duration.ofMillis(300));
    assertThat(keys()).hasSize(2).doesNotContain("team/ready");
    etcd.await(() -> keys().contains("team/ready"));

    CompletableFuture<Void> late = last.enterAsync();

    assertThatThrownBy(() -> etcd.await(late)).isInstanceOf(BarrierFullException.class);
    etcd.await(first);
    etcd.await(third);
  }

  @Test
  void enter_replyLost_allAreIn() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    etcd.faults().loseReply("a", RequestKind.TXN);

    etcd.await(last.enterAsync());
    etcd.await(first);
    etcd.await(second);

    assertThat(keys()).filteredOn(key -> key.startsWith("team/waiters/")).hasSize(COUNT);
  }

  @Test
  void enter_carriedOutLongAfterItsAnswerWasGivenUp_letsNobodyInTwice() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(25));
    etcd.await(last.enterAsync());
    etcd.await(CompletableFuture.allOf(first, second));
    etcd.await(CompletableFuture.allOf(here.leaveAsync(), there.leaveAsync(), last.leaveAsync()));
    CompletableFuture<Void> again = here.enterAsync();
    etcd.runFor(Duration.ofSeconds(60));

    assertThat(again).isNotDone();
    assertThat(keys()).filteredOn(key -> key.startsWith("team/waiters/")).hasSize(1);
    assertThat(keys()).doesNotContain("team/ready");
  }

  @Test
  void enterAsync_cancelledAsItIsSent_leavesNoKeyOfItsOwn() {
    CompletableFuture<Void> first = waiting(here.enterAsync());
    CompletableFuture<Void> second = waiting(there.enterAsync());
    CompletableFuture<Void> third = last.enterAsync();

    third.cancel(false);

    etcd.runFor(A_MOMENT);
    assertThat(keys()).filteredOn(key -> key.startsWith("team/waiters/")).hasSize(2);
    assertThat(first.isDone()).isEqualTo(second.isDone());
  }
}
