package io.coord.it.locks;

import io.coord.it.torture.simulated.model.MultiLockModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Callers that want overlapping locks in random orders: all get on, none are held by two. */
class MultiLockSimulationTest {

  private static final int RUNS = 80;
  private static final int ROUNDS = 8;

  private static void storm(SimulatedEtcd etcd) {
    new MultiLockModel(etcd, Scale.of(ROUNDS, 2, 1, 1)).run();
  }

  @Test
  void multiLock_randomOrders_neverWaitsInACircle() {
    SeedSweep.of(RUNS).run(SimulatedFaults.none(), MultiLockSimulationTest::storm);
  }

  @Test
  void multiLock_withLostLateAndDoubledMessages_isHeldByOneAndLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), MultiLockSimulationTest::storm);
  }

  @Test
  void multiLock_inAStorm_isHeldByOneAndLeavesNoKey() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.stormy().timesAsOften(4), MultiLockSimulationTest::storm);
  }
}
