package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.it.line.LineModel.Strangers;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs {@link LineModel} under many seeds. */
class LineSimulationTest {

  private static final int RUNS = 300;
  private static final int ROUNDS = 15;

  private static int run(SimulatedEtcd etcd, Strangers strangers) {
    return new LineModel(etcd, strangers, ROUNDS)
        .client("a", 3)
        .client("b", 2)
        .client("c", 1)
        .run();
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
            etcd -> new LineModel(etcd, Strangers.MEDDLE, 8).client("a", 9).client("b", 2).run());
  }

  @Test
  void lines_manyBesideEachOther_keepTheirRules() {
    SeedSweep.of(RUNS / 20).run(SimulatedFaults.stormy(), LineSimulationTest::runManyLines);
  }

  private static void runManyLines(SimulatedEtcd etcd) {
    List<Coord> clients = List.of(etcd.coord("a"), etcd.coord("b"));
    List<LineModel> lines = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      LineModel line = new LineModel(etcd, Strangers.KEEP_OUT, 5, Bytes.utf8("line" + i + "/"));
      clients.forEach(client -> line.client(client, 2));
      lines.add(line);
    }
    LineModel.runAll(etcd, lines);
  }

  @Test
  void line_longerThanIsReadWithAJoin_keepsItsRules() {
    SeedSweep.of(10)
        .run(
            SimulatedFaults.lossy(),
            etcd ->
                new LineModel(etcd, Strangers.KEEP_OUT, 3).client("a", 80).client("b", 30).run());
  }
}
