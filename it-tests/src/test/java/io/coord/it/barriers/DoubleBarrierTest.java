package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The double barrier on the simulated store. */
class DoubleBarrierTest extends DoubleBarrierScenario {

  @Test
  void enter_beforeAllHaveCome_waits_andThenAllGoIn() {
    List<DoubleBarrier> members = members(3);
    CompletableFuture<Void> first = waiting(members.get(0).enterAsync());
    CompletableFuture<Void> second = waiting(members.get(1).enterAsync());
    assertThat(first).isNotDone();

    etcd.await(members.get(2).enterAsync());

    etcd.await(first);
    etcd.await(second);
    assertThat(keys())
        .hasSize(4)
        .contains("team/ready")
        .filteredOn(k -> k.startsWith("team/waiters/"))
        .hasSize(3);
  }

  @Test
  void leave_beforeAllHaveLeft_waits_andThenNoKeyIsLeft() {
    List<DoubleBarrier> members = members(3);
    allEnter(members);
    CompletableFuture<Void> first = waiting(members.get(0).leaveAsync());
    CompletableFuture<Void> second = waiting(members.get(1).leaveAsync());
    assertThat(first).isNotDone();

    etcd.await(members.get(2).leaveAsync());

    etcd.await(first);
    etcd.await(second);
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_ofOne_isInAtOnce() {
    DoubleBarrier alone = member(a, 1);
    etcd.await(alone.enterAsync());
    etcd.await(alone.leaveAsync());

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_severalMembersOfOneSession_countEach() {
    Session shared = session(a);
    List<DoubleBarrier> members =
        Stream.of(1, 2, 3).map(i -> DoubleBarrier.of(shared, "team", 3)).toList();

    allEnter(members);
    allLeave(members);

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_oneTooMany_isRefusedAndLeavesNoKey() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);
    List<String> before = keys();

    assertThatThrownBy(() -> etcd.await(member(c, 2).enterAsync()))
        .isInstanceOf(BarrierFullException.class)
        .hasMessageContaining("double barrier team is full")
        .hasMessageContaining("2 members");

    etcd.runFor(A_MOMENT);
    assertThat(keys()).filteredOn(k -> k.startsWith("team/waiters/")).hasSize(2);
    assertThat(keys()).containsAll(before);
  }

  @Test
  void enter_whileTheOthersLeave_isRefused() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);
    CompletableFuture<Void> leaving = waiting(members.get(0).leaveAsync());

    assertThatThrownBy(() -> etcd.await(member(c, 2).enterAsync()))
        .isInstanceOf(BarrierFullException.class);

    assertThat(leaving).isNotDone();
    etcd.await(members.get(1).leaveAsync());
    etcd.await(leaving);
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_manyAtOnce_asManyAsItTakesGetInAndTheRestAreRefused() {
    List<CompletableFuture<Void>> entering = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      entering.add(member(List.of(a, b, c).get(i % 3), 5).enterAsync());
    }
    etcd.runFor(Duration.ofSeconds(5));

    assertThat(entering).allMatch(CompletableFuture::isDone);
    assertThat(entering.stream().filter(f -> !f.isCompletedExceptionally())).hasSize(5);
    assertThat(keys()).filteredOn(k -> k.startsWith("team/waiters/")).hasSize(5);
  }

  @Test
  void barrier_usedAgainAndAgain_keepsItsPromiseEachTime() {
    List<DoubleBarrier> members = members(3);
    for (int round = 0; round < 10; round++) {
      CompletableFuture<Void> first = waiting(members.get(round % 3).enterAsync());
      etcd.await(
          CompletableFuture.allOf(
              members.get((round + 1) % 3).enterAsync(),
              members.get((round + 2) % 3).enterAsync()));
      etcd.await(first);
      CompletableFuture<Void> early = waiting(members.get(round % 3).leaveAsync());
      etcd.await(
          CompletableFuture.allOf(
              members.get((round + 1) % 3).leaveAsync(),
              members.get((round + 2) % 3).leaveAsync()));
      etcd.await(early);
    }
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_againBeforeTheOthersHeardThatAllLeft_doesNotHoldThemUp() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);
    CompletableFuture<Void> late = waiting(members.get(0).leaveAsync());
    etcd.faults().partition("a");
    etcd.await(members.get(1).leaveAsync());
    CompletableFuture<Void> next = waiting(members.get(1).enterAsync());
    etcd.faults().compact();
    etcd.faults().heal("a");

    etcd.await(late);
    assertThat(next).isNotDone();
    etcd.await(members.get(0).enterAsync());
    etcd.await(next);
  }

  @Test
  void enter_readyOfGosRecipe_letsThemIn() {
    CompletableFuture<Void> ours = waiting(member(a, 2).enterAsync());
    etcd.await(
        stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("team/waiters/1700000000"), Bytes.EMPTY))));
    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("team/ready"), Bytes.EMPTY))));

    etcd.await(ours);
  }

  @Test
  void enter_twiceWithoutLeaving_isAMistake() {
    DoubleBarrier alone = member(a, 1);
    assertThatThrownBy(alone::leaveAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("enter first");
    etcd.await(alone.enterAsync());

    assertThatThrownBy(alone::enterAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leave first");
    etcd.await(alone.leaveAsync());
    etcd.await(alone.enterAsync());
  }

  @Test
  void close_whileWaiting_endsEveryFuture() {
    CompletableFuture<Void> entering = waiting(member(a, 2).enterAsync());
    etcd.close(a);
    etcd.runFor(Duration.ofSeconds(15));

    assertThat(entering).isCompletedExceptionally();
    assertThat(keys()).isEmpty();
  }

  @Test
  void names_thatBeginAlike_areOtherBarriers() {
    CompletableFuture<Void> first = waiting(member(a, 2).enterAsync());
    waiting(DoubleBarrier.of(session(b), "team/x", 2).enterAsync());
    waiting(DoubleBarrier.of(session(b), "tea", 2).enterAsync());
    waiting(DoubleBarrier.of(session(b), "team/waiters", 2).enterAsync());

    assertThat(first).isNotDone();
  }

  @Test
  void of_badArguments_areRefused() {
    Session session = session(a);
    assertThatThrownBy(() -> DoubleBarrier.of(session, "", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("double barrier");
    assertThatThrownBy(() -> DoubleBarrier.of(session, "team", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 members");
    assertThatThrownBy(() -> member(a, 2).enterAsync(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
