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

  @Test
  void shared_manyKeysAndSeveralCommitsUnderWay_isTheSameAsOneAfterAnother() {
    SeedSweep.of(4).run(SimulatedFaults.stormy(), etcd -> check(etcd, Scale.of(6, 40, 3), 300));
  }

  private static void sweep(int seeds, SimulatedFaults faults) {
    SeedSweep.of(seeds).run(faults, etcd -> check(etcd, SCALE, 5));
  }

  private static void check(SimulatedEtcd etcd, Scale scale, int keys) {
    TransactionsModel model = new TransactionsModel(etcd, scale, keys);

    int most = scale.rounds() * scale.workers().stream().mapToInt(Integer::intValue).sum();
    assertThat(model.run()).isGreaterThan(most / 2);
    assertThat(model.replay().commits())
        .as("some have shared a commit")
        .isLessThan(model.replay().size());
  }
}
