package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Session;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Members of a double barrier who do not wait for the others, or no longer. */
class DoubleBarrierNoTimeTest extends DoubleBarrierScenario {

  @Test
  void enter_noTimeAsTheLast_isIn() {
    CompletableFuture<Void> first = waiting(member(a, 2).enterAsync());

    assertThat(etcd.await(member(b, 2).enterAsync(Duration.ZERO))).isTrue();

    etcd.await(first);
  }

  @Test
  void enter_noTimeAsTheOnlyOne_isIn() {
    DoubleBarrier alone = member(a, 1);

    assertThat(etcd.await(alone.enterAsync(Duration.ZERO))).isTrue();
    assertThat(etcd.await(alone.leaveAsync(Duration.ZERO))).isTrue();

    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_noTimeBeforeTheOthers_isOutSoonAndLeavesNoKey() {
    DoubleBarrier early = member(a, 2);
    CompletableFuture<Boolean> entered = early.enterAsync(Duration.ZERO);
    etcd.runFor(A_MOMENT);

    assertThat(entered).isCompletedWithValue(false);
    assertThat(keys()).isEmpty();
    CompletableFuture<Void> again = waiting(early.enterAsync());
    etcd.await(member(b, 2).enterAsync());
    etcd.await(again);
  }

  @Test
  void enter_noTimeAsOneTooMany_isRefused() {
    allEnter(members(2));

    assertThatThrownBy(() -> etcd.await(member(c, 2).enterAsync(Duration.ZERO)))
        .isInstanceOf(BarrierFullException.class);
  }

  @Test
  void enter_noTimeAndTheAnswerIsLost_isInAsTheLast() {
    CompletableFuture<Void> first = waiting(member(a, 2).enterAsync());
    DoubleBarrier last = member(b, 2);
    etcd.faults().loseReply("b", RequestKind.TXN);

    assertThat(etcd.await(last.enterAsync(Duration.ZERO))).isTrue();

    etcd.await(first);
  }

  @Test
  void enter_noTimeAndNoEtcd_isOutAfterTheRequestTimeout() {
    Session session = etcd.await(a.openSessionAsync(Duration.ofMinutes(1)));
    DoubleBarrier alone = DoubleBarrier.of(session, "team", 1);
    etcd.faults().partition("a");
    CompletableFuture<Boolean> entered = alone.enterAsync(Duration.ZERO);
    etcd.runFor(Duration.ofSeconds(9));
    assertThat(entered).isNotDone();
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(entered).isCompletedWithValue(false);
    etcd.faults().heal("a");
    etcd.runFor(A_MOMENT);
    // The line's fence, which keeps what may come late from putting the key, stays with the
    // session.
    assertThat(keys()).noneMatch(key -> key.startsWith("team/"));
    assertThat(etcd.await(alone.enterAsync(Duration.ZERO))).isTrue();
  }

  @Test
  void leave_noTime_saysWhetherItWasTheLast() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);

    assertThat(etcd.await(members.get(0).leaveAsync(Duration.ZERO))).isFalse();
    assertThat(etcd.await(members.get(1).leaveAsync(Duration.ZERO))).isTrue();

    assertThat(keys()).isEmpty();
  }

  @Test
  void leave_timeOverForAll_leavesNoKey() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);

    members.forEach(member -> member.leaveAsync(Duration.ofNanos(1)));
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  @Test
  void leave_cancelledByAll_leavesNoKey() {
    List<DoubleBarrier> members = members(2);
    allEnter(members);

    members.forEach(member -> member.leaveAsync().cancel(false));
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }
}
