package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.RWMutexModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The read-write mutex under many seeds. */
class RWMutexSimulationTest {

  private static final int RUNS = 120;
  private static final int ROUNDS = 12;

  private static RWMutexModel storm(SimulatedEtcd etcd) {
    RWMutexModel model = new RWMutexModel(etcd, Scale.of(ROUNDS, 4, 3, 1));
    model.run();
    return model;
  }

  @Test
  void rwmutex_withoutFaults_keepsWritersAloneAndTheOrder() {
    AtomicInteger downgrades = new AtomicInteger();
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.none(), etcd -> downgrades.addAndGet(storm(etcd).downgrades()));

    assertThat(downgrades).hasValueGreaterThan(RUNS);
  }

  @Test
  void rwmutex_withLostLateAndDoubledMessages_keepsWritersAloneAndTheOrder() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), RWMutexSimulationTest::storm);
  }

  @Test
  void rwmutex_inAStorm_keepsWritersAloneAndTheOrder() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(4), RWMutexSimulationTest::storm);
  }

  @Test
  void rwmutex_crowdsOfReadersAndAFewWriters_keepTheOrder() {
    SeedSweep.of(10)
        .run(SimulatedFaults.lossy(), etcd -> new RWMutexModel(etcd, Scale.of(4, 90, 30)).run());
  }
}
