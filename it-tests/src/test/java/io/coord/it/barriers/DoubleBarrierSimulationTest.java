package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The double barrier under many seeds. */
class DoubleBarrierSimulationTest {

  private static final int RUNS = 40;
  private static final Duration LENGTH = Duration.ofSeconds(20);

  @Test
  void members_withoutFaults_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> assertThat(new TeamModel(etcd, 3, 3).play(LENGTH)).isGreaterThan(10));
  }

  @Test
  void members_withLostLateAndDoubledMessages_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new TeamModel(etcd, 3, 3).play(LENGTH));
  }

  @Test
  void members_inAStorm_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.stormy().timesAsOften(4),
            etcd -> new TeamModel(etcd, 3, 3).play(LENGTH));
  }

  @Test
  void members_someTooMany_goInAsManyAsItTakes() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new TeamModel(etcd, 3, 5).play(LENGTH));
  }
}
