package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.TransactionsModel;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/**
 * Many transactions at once, of several connections that share commits: done again one after
 * another, each reads what it read, and the end is what etcd holds.
 */
class CommitSharingSimulationTest {

  private static final Scale SCALE = Scale.of(12, 8, 8);
  private static final int MOST = 2 * 8 * 12;

  @Test
  void shared_nothingLost_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.none());
  }

  @Test
  void shared_messagesLostDoubledAndLate_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.lossy());
  }

  @Test
  void shared_everythingBreaksForLessThanALeaseLives_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.stormy());
  }

  private static void sweep(int seeds, SimulatedFaults faults) {
    SeedSweep.of(seeds).run(faults, CommitSharingSimulationTest::check);
  }

  private static void check(SimulatedEtcd etcd) {
    TransactionsModel model = new TransactionsModel(etcd, SCALE);

    assertThat(model.run()).isGreaterThan(MOST / 2);
    assertThat(model.replay().commits())
        .as("some have shared a commit")
        .isLessThan(model.replay().size());
  }
}
