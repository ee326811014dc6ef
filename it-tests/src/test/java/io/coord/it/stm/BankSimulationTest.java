package io.coord.it.stm;

import io.coord.it.torture.simulated.model.BankModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.Strangers;
import io.coord.stm.Isolation;
import io.coord.testkit.sim.Disturbance;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bank under every fault that the simulation knows; the ledger looks at every revision. */
class BankSimulationTest {

  private static final int RUNS = 50;
  private static final Scale SCALE = Scale.of(15, 3, 3, 3);

  private static final SimulatedFaults STORM = SimulatedFaults.stormy();
  private static final SimulatedFaults LEASES_REVOKED =
      STORM.every(Disturbance.LEASE_REVOCATION, Duration.ofSeconds(2));

  @Test
  void bank_messagesLostDoubledAndLate_everyTransferOnceAndNoneUnknown() {
    sweep(SimulatedFaults.lossy(), Isolation.SERIALIZABLE_SNAPSHOT, Strangers.KEEP_OUT);
  }

  @Test
  void bank_everythingBreaksForLessThanALeaseLives_everyTransferOnceAndNoneUnknown() {
    sweep(STORM, Isolation.SERIALIZABLE_SNAPSHOT, Strangers.KEEP_OUT);
  }

  @Test
  void bank_serializableInAStorm_everyTransferOnceAndNoneUnknown() {
    sweep(STORM, Isolation.SERIALIZABLE, Strangers.KEEP_OUT);
  }

  @Test
  void bank_leasesOfMarkersRevoked_fewTransfersUnknownAndNoneTwice() {
    sweep(LEASES_REVOKED, Isolation.SERIALIZABLE_SNAPSHOT, Strangers.MEDDLE);
  }

  /**
   * The seed at which a transfer was applied twice, before markers were put by themselves first.
   */
  @Test
  void bank_leaseOfMarkersRevokedAndMadeAnewByAGhost_noTransferTwice() {
    run(SimulatedEtcd.of(329, LEASES_REVOKED), Isolation.SERIALIZABLE_SNAPSHOT, Strangers.MEDDLE);
  }

  private static void sweep(SimulatedFaults faults, Isolation level, Strangers strangers) {
    SeedSweep.of(RUNS).run(faults, etcd -> run(etcd, level, strangers));
  }

  private static void run(SimulatedEtcd etcd, Isolation level, Strangers strangers) {
    new BankModel(etcd, SCALE, level, strangers).run();
  }
}
