package io.coord.it.store;

import io.coord.testkit.sim.MessageFault;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract on the simulated etcd, with messages in several orders. */
@ParameterizedClass
@ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
class SimulatedStoreContractTest extends StoreContract {

  /** What can happen on a healthy cluster as well. */
  private static final SimulatedFaults HEALTHY =
      SimulatedFaults.none().with(MessageFault.LAG, 0.3).with(MessageFault.STALL_WATCH, 0.1);

  private final long seed;

  SimulatedStoreContractTest(long seed) {
    this.seed = seed;
  }

  @Override
  Lab openLab() {
    return new SimulatedLab(seed, HEALTHY);
  }
}
