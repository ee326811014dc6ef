package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.SemaphoreModel;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The semaphore under many seeds. */
class SemaphoreSimulationTest {

  private static final int RUNS = 120;
  private static final int ROUNDS = 12;

  private static SemaphoreModel storm(SimulatedEtcd etcd) {
    SemaphoreModel model = new SemaphoreModel(etcd, Scale.of(ROUNDS, 4, 3, 1));
    model.run();
    return model;
  }

  @Test
  void semaphore_withoutFaults_keepsTheMaximumAndTheOrder() {
    AtomicInteger raised = new AtomicInteger();
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.none(), etcd -> raised.addAndGet(storm(etcd).maximum() - 3));

    assertThat(raised).hasValueGreaterThan(RUNS / 2);
  }

  @Test
  void semaphore_withLostLateAndDoubledMessages_keepsTheMaximumAndTheOrder() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), SemaphoreSimulationTest::storm);
  }

  @Test
  void semaphore_inAStorm_keepsTheMaximumAndTheOrder() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.stormy().timesAsOften(4), SemaphoreSimulationTest::storm);
  }

  @Test
  void semaphore_crowd_keepsTheMaximumAndTheOrder() {
    SeedSweep.of(10)
        .run(SimulatedFaults.lossy(), etcd -> new SemaphoreModel(etcd, Scale.of(3, 60, 30)).run());
  }
}
