package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.Plan;
import io.coord.it.torture.simulated.Primitive;
import io.coord.it.torture.simulated.model.DoubleBarrierModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** The double barrier under many seeds. */
class DoubleBarrierSimulationTest {

  private static final int RUNS = 40;
  private static final Scale THREE = Scale.of(20, 1, 1, 1);
  private static final Scale FIVE = Scale.of(20, 2, 2, 1);

  private static int play(SimulatedEtcd etcd, Scale scale) {
    return new DoubleBarrierModel(etcd, scale, 3).run();
  }

  @Test
  void members_withoutFaults_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.none(), etcd -> assertThat(play(etcd, THREE)).isGreaterThan(10));
  }

  @Test
  void members_withLostLateAndDoubledMessages_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> play(etcd, THREE));
  }

  @Test
  void members_inAStorm_goInTogetherAndOutTogether() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(4), etcd -> play(etcd, THREE));
  }

  @Test
  void members_someTooMany_goInAsManyAsItTakes() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> play(etcd, FIVE));
  }

  /** Its key stood into the next round while its deletion was on its way, and was counted there. */
  @Test
  void members_oneRefusedWhileTheOthersWentIn_isNotCountedInTheNextRound() {
    assertThat(Plan.of(Primitive.DBARRIER, 118587).run().violation()).isEmpty();
  }
}
