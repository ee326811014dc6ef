package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.ElectionModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.Strangers;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, observers are told only what was so, and never go back. */
class ObservationSimulationTest {

  private static final int RUNS = 60;
  private static final int ROUNDS = 12;

  private static int run(SimulatedEtcd etcd, Strangers strangers) {
    return new ElectionModel(etcd, Scale.of(ROUNDS, 1, 1, 1), strangers).run();
  }

  @Test
  void observe_lostLateAndDoubledMessages_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.lossy(),
            etcd -> assertThat(run(etcd, Strangers.KEEP_OUT)).isGreaterThan(ROUNDS));
  }

  @Test
  void observe_inAStorm_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.stormy().timesAsOften(3), etcd -> run(etcd, Strangers.KEEP_OUT));
  }

  @Test
  void observe_inAStormAmongVandals_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.hostile().timesAsOften(3), etcd -> run(etcd, Strangers.MEDDLE));
  }
}
