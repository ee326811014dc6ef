package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.KeyDeletedException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The double barrier when members die, give up, or do not hear what happened. */
class DoubleBarrierFaultsTest extends DoubleBarrierScenario {

  @Test
  void leave_memberDied_isNotHeldUpLongerThanItsTtl() {
    List<DoubleBarrier> members = members(3);
    allEnter(members);
    etcd.faults().kill("c");
    Duration begin = etcd.now();

    CompletableFuture<Void> first = members.get(0).leaveAsync();
    etcd.await(members.get(1).leaveAsync());
    etcd.await(first);

    assertThat(etcd.now().minus(begin)).isLessThan(TTL.plusSeconds(2));
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_memberDiedWhileItWaited_waitsForAnother() {
    CompletableFuture<Void> first = waiting(member(a, 3).enterAsync());
    waiting(member(c, 3).enterAsync());
    etcd.faults().kill("c");
    etcd.runFor(TTL.plusSeconds(5));

    CompletableFuture<Void> second = waiting(member(b, 3).enterAsync());

    assertThat(first).isNotDone();
    etcd.await(member(b, 3).enterAsync());
    etcd.await(CompletableFuture.allOf(first, second));
  }

  @Test
  void enter_oneWithdrawsWhileTheLastSaysThatAllHaveCome_waitsForAnother() {
    CompletableFuture<Void> first = waiting(member(a, 3).enterAsync());
    CompletableFuture<Void> second = waiting(member(b, 3).enterAsync());
    CompletableFuture<Void> last = member(c, 3).enterAsync();
    etcd.await(() -> keys().size() == 3);
    delayNextTransaction("c");
    etcd.runFor(A_MOMENT);

    second.cancel(false);
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(keys()).hasSize(3).contains("team/withdrawn").doesNotContain("team/ready");
    assertThat(first).isNotDone();
    etcd.await(member(b, 3).enterAsync());
    etcd.await(CompletableFuture.allOf(first, last));
  }

  @Test
  void enter_anotherHasSaidFirstThatAllHaveCome_isNotSaidAgain() {
    CompletableFuture<Void> first = waiting(member(a, 2).enterAsync());
    CompletableFuture<Void> last = member(c, 2).enterAsync();
    etcd.await(() -> keys().size() == 2);
    delayNextTransaction("c");
    etcd.runFor(A_MOMENT);

    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("team/ready"), Bytes.EMPTY))));
    long said = etcd.revision();
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(etcd.revision()).isEqualTo(said);
    etcd.await(CompletableFuture.allOf(first, last));
  }

  @Test
  void enter_replyToItsWithdrawalLostAndOthersWentIn_isNotIn() {
    SeedSweep.of(20).run(SimulatedFaults.none(), DoubleBarrierFaultsTest::othersWentInMeanwhile);
  }

  private static void othersWentInMeanwhile(SimulatedEtcd etcd) {
    List<DoubleBarrier> members = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      members.add(DoubleBarrier.of(etcd.await(etcd.coord(name).openSessionAsync(TTL)), "team", 2));
    }
    CompletableFuture<Boolean> entering = members.get(0).enterAsync(Duration.ofSeconds(2));
    etcd.runFor(A_MOMENT);
    etcd.faults().loseReply("a", RequestKind.TXN);
    KeyRange waiters = KeyRange.prefix(Bytes.utf8("team/waiters/"));
    etcd.await(() -> etcd.keys(waiters).isEmpty());
    CompletableFuture<Void> other = members.get(1).enterAsync();
    etcd.await(members.get(2).enterAsync());
    etcd.await(other);

    assertThat(etcd.await(entering)).isFalse();
  }

  @Test
  void enter_timeOver_givesFalseAndLeavesNoKey() {
    CompletableFuture<Boolean> entering = member(a, 2).enterAsync(Duration.ofSeconds(2));

    assertThat(etcd.await(entering)).isFalse();

    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  /** Whoever was there has gone by then, so nobody would tidy up behind the second copy. */
  @Test
  void enter_withdrawalIsCarriedOutAgainMuchLater_leavesNoKey() {
    CompletableFuture<Void> entering = waiting(member(a, 2).enterAsync());
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    entering.cancel(false);
    etcd.runFor(TTL);

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_timeOver_isNotCountedByThoseWhoComeLater() {
    DoubleBarrier impatient = member(a, 2);
    assertThat(etcd.await(impatient.enterAsync(Duration.ofSeconds(1)))).isFalse();

    CompletableFuture<Void> first = waiting(member(b, 2).enterAsync());
    etcd.await(impatient.enterAsync());
    etcd.await(first);
  }

  @Test
  void enter_timeOverWhileNoMemberAnswers_endsInTimeAndTheKeyGoesWhenOneDoes() {
    waiting(member(b, 3).enterAsync());
    CompletableFuture<Boolean> entering = waiting(member(a, 3).enterAsync(Duration.ofSeconds(2)));
    etcd.faults().partition("a");
    Duration begin = etcd.now();

    assertThat(etcd.await(entering)).isFalse();

    assertThat(etcd.now().minus(begin)).isLessThan(Duration.ofSeconds(4));
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(keys()).filteredOn(k -> k.startsWith("team/waiters/")).hasSize(1);
  }

  @Test
  void enterAsync_cancelled_leavesNoKey() {
    CompletableFuture<Void> entering = waiting(member(a, 2).enterAsync());

    entering.cancel(false);

    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_sessionLost_failsAtOnce() {
    DoubleBarrier member = member(a, 2);
    CompletableFuture<Void> entering = waiting(member.enterAsync());
    etcd.faults().revokeLease(etcd.leases().get(0));

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(SessionLostException.class);
  }

  @Test
  void enter_keyDeletedByHand_isTold() {
    CompletableFuture<Void> entering = waiting(member(a, 2).enterAsync());
    etcd.await(
        stranger.txn(TxnRequest.of(Op.delete(KeyRange.prefix(Bytes.utf8("team/waiters/"))))));

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(KeyDeletedException.class);
  }

  @Test
  void enter_repliesLost_entersOnce() {
    for (int i = 0; i < 2; i++) {
      etcd.faults().loseReply("b", RequestKind.TXN);
    }
    List<DoubleBarrier> members = members(2);

    allEnter(members);
    assertThat(keys()).filteredOn(k -> k.startsWith("team/waiters/")).hasSize(2);
    allLeave(members);
  }

  @Test
  void enter_staleReadyOfMembersWhoDied_letsNobodyIn() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);
    etcd.faults().kill("a");
    etcd.faults().kill("b");
    etcd.runFor(TTL.plusSeconds(5));
    assertThat(keys()).containsExactly("team/ready");

    CompletableFuture<Void> next = waiting(member(c, 2).enterAsync());
    DoubleBarrier last = DoubleBarrier.of(session(c), "team", 2);
    etcd.await(last.enterAsync());
    etcd.await(next);
  }

  @Test
  void waits_watchesBreakAndAreCompacted_letNobodyThrough() {
    List<DoubleBarrier> members = members(3);
    CompletableFuture<Void> first = waiting(members.get(0).enterAsync());
    CompletableFuture<Void> second = waiting(members.get(1).enterAsync());
    disturb();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    etcd.await(members.get(2).enterAsync());
    etcd.await(first);
    etcd.await(second);

    CompletableFuture<Void> leaving = waiting(members.get(0).leaveAsync());
    disturb();
    assertThat(leaving).isNotDone();
    etcd.await(CompletableFuture.allOf(members.get(1).leaveAsync(), members.get(2).leaveAsync()));
    etcd.await(leaving);
  }

  @Test
  void leave_timeOver_givesFalseAndTheMemberIsOut() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);

    assertThat(etcd.await(members.get(0).leaveAsync(Duration.ofSeconds(1)))).isFalse();

    assertThat(keys()).filteredOn(k -> k.startsWith("team/waiters/")).hasSize(1);
    etcd.await(members.get(1).leaveAsync());
  }
}
