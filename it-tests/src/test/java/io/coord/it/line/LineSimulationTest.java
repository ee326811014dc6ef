package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.LineModel;
import io.coord.it.torture.simulated.model.ManyLinesModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.Strangers;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Runs {@link LineModel} under many seeds. */
class LineSimulationTest {

  private static final int RUNS = 120;
  private static final int ROUNDS = 15;

  private static int run(SimulatedEtcd etcd, Strangers strangers) {
    return new LineModel(etcd, Scale.of(ROUNDS, 3, 2, 1), strangers).run();
  }

  @Test
  void line_withoutFaults_keepsItsRules() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> assertThat(run(etcd, Strangers.KEEP_OUT)).isGreaterThan(3 * ROUNDS));
  }

  @Test
  void line_withLostLateAndDoubledMessages_keepsItsRules() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> run(etcd, Strangers.KEEP_OUT));
  }

  @Test
  void line_inAStorm_keepsItsRules() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy(), etcd -> run(etcd, Strangers.KEEP_OUT));
  }

  @Test
  void line_inAStormAmongVandals_keepsItsRules() {
    SeedSweep.of(RUNS).run(SimulatedFaults.hostile(), etcd -> run(etcd, Strangers.MEDDLE));
  }

  @Test
  void line_sameSeed_givesTheSameHistory() {
    String first = historyOfAStorm();

    assertThat(historyOfAStorm()).isEqualTo(first);
  }

  private static String historyOfAStorm() {
    SimulatedEtcd etcd = SimulatedEtcd.of(7, SimulatedFaults.stormy());
    run(etcd, Strangers.KEEP_OUT);
    return etcd.history();
  }

  @Test
  void line_ofManyInOneProcess_keepsItsRules() {
    SeedSweep.of(RUNS / 10)
        .run(
            SimulatedFaults.hostile(),
            etcd -> new LineModel(etcd, Scale.of(8, 9, 2), Strangers.MEDDLE).run());
  }

  @Test
  void lines_manyBesideEachOther_keepTheirRules() {
    SeedSweep.of(RUNS / 20).run(SimulatedFaults.stormy(), LineSimulationTest::runManyLines);
  }

  private static void runManyLines(SimulatedEtcd etcd) {
    new ManyLinesModel(etcd, Scale.of(5, 2, 2), Strangers.KEEP_OUT).run();
  }

  @Test
  void line_longerThanIsReadWithAJoin_keepsItsRules() {
    SeedSweep.of(10)
        .run(
            SimulatedFaults.lossy(),
            etcd -> new LineModel(etcd, Scale.of(3, 80, 30), Strangers.KEEP_OUT).run());
  }
}
