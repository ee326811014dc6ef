package io.coord.it.junk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierFullException;
import io.coord.barriers.BarrierHeldException;
import io.coord.barriers.CountDownLatch;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Junk below the names of barriers: it counts as for etcd's Go code, and nobody waits for ever. */
class BarrierJunkTest {

  private static final int RUNS = 25;
  private static final int ROUNDS = 6;
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final List<String> OF_THE_BARRIER =
      List.of("n/ready", "n/withdrawn", "n/waiters/", "n/waiters/x", "n/waiters/0");

  private static final List<String> BESIDE =
      List.of("n", "n/", "n/x", "n//", "n/waitersx", "n/waiters/x/y", "n/ready/x", "n\u0000once/x");

  private static CompletableFuture<Boolean> enter(DoubleBarrier member) {
    return member
        .enterAsync(PATIENCE)
        .exceptionally(
            failure -> {
              assertThat(failure).isInstanceOf(BarrierFullException.class);
              return false;
            });
  }

  @Test
  void doubleBarrier_amongJunk_everyEnteringAndLeavingEnds() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              Intruder intruder = new Intruder(etcd);
              DoubleBarrier one = member(etcd.coord("a"), etcd);
              DoubleBarrier two = member(etcd.coord("b"), etcd);
              for (int round = 0; round < ROUNDS; round++) {
                CompletableFuture<Boolean> first = enter(one);
                intruder.intrude(intruder.chance(2) ? OF_THE_BARRIER : BESIDE);
                CompletableFuture<Boolean> second = enter(two);
                boolean firstIsIn = etcd.await(first);
                boolean secondIsIn = etcd.await(second);
                intruder.withdraw(List.of("n/waiters/", "n/waiters/x", "n/waiters/0"));
                CompletableFuture<Void> firstLeaves = leaveIf(firstIsIn, one);
                etcd.await(leaveIf(secondIsIn, two));
                etcd.await(firstLeaves);
              }
            });
  }

  private static CompletableFuture<Void> leaveIf(boolean isIn, DoubleBarrier member) {
    return isIn ? member.leaveAsync() : CompletableFuture.completedFuture(null);
  }

  private static DoubleBarrier member(Coord coord, SimulatedEtcd etcd) {
    return DoubleBarrier.of(etcd.await(coord.openSessionAsync(TTL)), "n", 2);
  }

  @Test
  void doubleBarrier_junkBesideIt_changesNothing() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Intruder intruder = new Intruder(etcd);
    BESIDE.forEach(key -> intruder.put(key, "junk"));
    DoubleBarrier one = member(etcd.coord("a"), etcd);
    DoubleBarrier two = member(etcd.coord("b"), etcd);
    CompletableFuture<Void> first = one.enterAsync();
    etcd.runFor(PATIENCE);

    assertThat(first).isNotDone();
    etcd.await(two.enterAsync());
    etcd.await(first);
    CompletableFuture<Void> leaving = one.leaveAsync();
    etcd.runFor(PATIENCE);
    assertThat(leaving).isNotDone();
    etcd.await(two.leaveAsync());
    etcd.await(leaving);
  }

  @Test
  void barrier_junkAtItsKey_holdsUntilItIsGone() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Intruder intruder = new Intruder(etcd);
    BESIDE.forEach(key -> intruder.put(key, "junk"));
    Barrier barrier = Barrier.of(etcd.coord("a"), "n");
    CompletableFuture<Void> waiting = barrier.awaitAsync();
    etcd.runFor(PATIENCE);

    assertThat(waiting).isNotDone();
    assertThatThrownBy(() -> etcd.await(barrier.holdAsync()))
        .isInstanceOf(BarrierHeldException.class);
    intruder.withdraw(List.of("n"));
    etcd.await(waiting);
    etcd.await(barrier.holdAsync());
    etcd.await(barrier.releaseAsync());
  }

  @Test
  void latch_valueThatIsNoCount_isReportedBrieflyAndNobodyPasses() {
    for (Bytes junk : Intruder.VALUES) {
      if (junk.equals(Bytes.utf8("7")) || junk.equals(Bytes.utf8("9999999999999999"))) {
        continue;
      }
      SimulatedEtcd etcd = SimulatedEtcd.of(1);
      new Intruder(etcd).put("n", junk);
      CountDownLatch latch = CountDownLatch.of(etcd.coord("a"), "n");

      assertThatThrownBy(() -> etcd.await(latch.countDownAsync()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("key n does not hold a count")
          .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(300));
      assertThatThrownBy(() -> etcd.await(latch.addAsync(1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(etcd.await(latch.awaitAsync(PATIENCE))).isFalse();
    }
  }
}
