package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A member that has given up and enters again, while its key of before may still be there, or on
 * its way: it is one member, and never its own company.
 */
class DoubleBarrierEnterAgainTest extends DoubleBarrierScenario {

  private static final int SEEDS = 60;
  private static final Duration LONG_TTL = Duration.ofSeconds(60);

  private static void underSeeds(Consumer<SimulatedEtcd> story) {
    SeedSweep.of(SEEDS).run(SimulatedFaults.none(), story);
  }

  private static DoubleBarrier memberOfTwo(SimulatedEtcd etcd, String client) {
    Coord coord = etcd.coord(client);
    return DoubleBarrier.of(etcd.await(coord.openSessionAsync(LONG_TTL)), "team", 2);
  }

  private static void waitsUntilAnotherComes(SimulatedEtcd etcd, CompletableFuture<?> entering) {
    etcd.runFor(Duration.ofSeconds(3));
    assertThat(entering).isNotDone();
    etcd.await(memberOfTwo(etcd, "b").enterAsync());
    etcd.await(entering);
  }

  @Test
  void enter_cancelledAsItWaited_waitsForAnother() {
    underSeeds(
        etcd -> {
          DoubleBarrier member = memberOfTwo(etcd, "a");
          CompletableFuture<Void> first = member.enterAsync();
          etcd.runFor(A_MOMENT);

          first.cancel(false);

          waitsUntilAnotherComes(etcd, member.enterAsync());
        });
  }

  @Test
  void enter_cancelledAsItCame_waitsForAnother() {
    underSeeds(
        etcd -> {
          DoubleBarrier member = memberOfTwo(etcd, "a");

          member.enterAsync().cancel(false);

          waitsUntilAnotherComes(etcd, member.enterAsync());
        });
  }

  @Test
  void enter_cancelledTwice_waitsForAnother() {
    underSeeds(
        etcd -> {
          DoubleBarrier member = memberOfTwo(etcd, "a");
          CompletableFuture<Void> first = member.enterAsync();
          etcd.runFor(A_MOMENT);

          first.cancel(false);
          member.enterAsync().cancel(false);

          waitsUntilAnotherComes(etcd, member.enterAsync());
        });
  }

  @Test
  void enter_timeWasOverWhileCutOff_waitsForAnother() {
    underSeeds(
        etcd -> {
          DoubleBarrier member = memberOfTwo(etcd, "a");
          CompletableFuture<Boolean> first = member.enterAsync(Duration.ofSeconds(2));
          etcd.runFor(A_MOMENT);
          etcd.faults().partition("a");
          assertThat(etcd.await(first)).isFalse();

          CompletableFuture<Void> second = member.enterAsync();
          etcd.runFor(Duration.ofSeconds(1));
          etcd.faults().heal("a");

          waitsUntilAnotherComes(etcd, second);
        });
  }

  @Test
  void enter_keyOfBeforeCannotBeDeletedInTime_endsInTimeAndLeavesNoKey() {
    Session session = etcd.await(a.openSessionAsync(LONG_TTL));
    DoubleBarrier member = DoubleBarrier.of(session, "team", 2);
    waiting(member.enterAsync()).cancel(false);
    etcd.faults().partition("a");
    etcd.runFor(A_MOMENT);
    Duration begin = etcd.now();

    assertThat(etcd.await(member.enterAsync(Duration.ofSeconds(2)))).isFalse();

    assertThat(etcd.now().minus(begin)).isLessThan(Duration.ofMillis(2_100));
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(keys()).isEmpty();
  }

  @Test
  void enter_closedBeforeTheKeyOfBeforeIsGone_fails() {
    DoubleBarrier member = member(a, 2);
    waiting(member.enterAsync()).cancel(false);
    etcd.faults().partition("a");
    CompletableFuture<Void> second = waiting(member.enterAsync());

    etcd.close(a);

    assertThatThrownBy(() -> etcd.await(second)).isInstanceOf(ClosedException.class);
  }
}
