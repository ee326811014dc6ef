package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.WorkModel;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Runs {@link WorkModel} under many seeds. */
class WorkSimulationTest {

  private static final int RUNS = 60;
  private static final int ITEMS = 8;

  private static int run(SimulatedEtcd etcd) {
    return new WorkModel(etcd, Scale.of(ITEMS, 2, 1, 2)).run();
  }

  @Test
  void workQueue_withoutFaults_everyItemAcknowledgedOnceOrDead() {
    SeedSweep.of(RUNS).run(SimulatedFaults.none(), etcd -> assertThat(run(etcd)).isPositive());
  }

  @Test
  void workQueue_withLostLateAndDoubledMessages_everyItemAcknowledgedOnceOrDead() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), WorkSimulationTest::run);
  }

  @Test
  void workQueue_inAStorm_everyItemAcknowledgedOnceOrDead() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(4), WorkSimulationTest::run);
  }
}
