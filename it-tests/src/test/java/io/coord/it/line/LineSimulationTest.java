package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Runs {@link LineModel} under many seeds. */
class LineSimulationTest {

  private static final int RUNS = 300;
  private static final int ROUNDS = 15;

  @Test
  void line_withoutFaults_keepsItsRules() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              int grants =
                  new LineModel(etcd, ROUNDS).client("a", 3).client("b", 2).client("c", 1).run();
              assertThat(grants).isGreaterThan(6 * ROUNDS / 2);
            });
  }

  @Test
  void line_withLostLateAndDoubledMessages_keepsItsRules() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.lossy(),
            etcd -> new LineModel(etcd, ROUNDS).client("a", 3).client("b", 2).client("c", 1).run());
  }

  @Test
  void line_inAStorm_keepsItsRules() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.stormy(),
            etcd -> new LineModel(etcd, ROUNDS).client("a", 3).client("b", 2).client("c", 2).run());
  }
}
