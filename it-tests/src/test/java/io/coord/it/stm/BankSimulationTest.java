package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.it.stm.SimulatedTeller.Told;
import io.coord.testkit.sim.Disturbance;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** The bank under every fault that the simulation knows; the ledger looks at every revision. */
class BankSimulationTest {

  private static final int CLIENTS = 3;
  private static final int TELLERS_OF_EACH = 3;
  private static final int TRANSFERS = 15;
  private static final long ALL = (long) CLIENTS * TELLERS_OF_EACH * TRANSFERS;

  /** Longer than any request is held up, and than any lease lives on. */
  private static final Duration UNTIL_THE_LAST_GHOST = Duration.ofMinutes(3);

  @Test
  void bank_messagesLostDoubledAndLate_everyTransferOnceAndNoneUnknown() {
    sweep(100, SimulatedFaults.lossy(), unknowns -> assertThat(unknowns).isZero());
  }

  @Test
  void bank_everythingBreaksForLessThanALeaseLives_everyTransferOnceAndNoneUnknown() {
    sweep(100, SimulatedFaults.stormy(), unknowns -> assertThat(unknowns).isZero());
  }

  @Test
  void bank_leasesOfMarkersRevoked_fewTransfersUnknownAndNoneTwice() {
    SimulatedFaults faults =
        SimulatedFaults.stormy().every(Disturbance.LEASE_REVOCATION, Duration.ofSeconds(2));
    sweep(100, faults, unknowns -> assertThat(unknowns).isLessThan(ALL / 10));
  }

  @Test
  void bank_readersOfSeveralProcesses_findTheSumInEverySnapshot() {
    SeedSweep.of(8)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              SimulatedTeller.ledger(etcd);
              SimulatedTeller.open(etcd);
              etcd.faults().change(SimulatedFaults.lossy());
              read(etcd);
            });
  }

  /** Reads all accounts again and again while money moves: beside the tellers, and elsewhere. */
  private static void read(SimulatedEtcd etcd) {
    try (BlockingBodies bodies = new BlockingBodies()) {
      List<SimulatedTeller> tellers = tellers(etcd, bodies);
      List<Coord> readers = List.of(tellers.get(0).coord(), bodies.connect(etcd, "reader"));
      tellers.forEach(SimulatedTeller::start);
      long snapshots = 0;
      while (!tellers.stream().allMatch(SimulatedTeller::isDone)) {
        for (Coord reader : readers) {
          assertThat(etcd.await(SimulatedTeller.sum(reader))).isEqualTo(SimulatedTeller.SUM);
          snapshots++;
        }
      }
      assertThat(snapshots).isGreaterThan(ALL / 4);
    }
  }

  private static void sweep(int seeds, SimulatedFaults faults, LongConsumer checkUnknowns) {
    SeedSweep.of(seeds)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              Ledger ledger = SimulatedTeller.ledger(etcd);
              SimulatedTeller.open(etcd);
              etcd.faults().change(faults);
              checkUnknowns.accept(unknowns(etcd, ledger));
            });
  }

  /** Runs the bank and checks it; gives the number of transfers whose outcome stayed unknown. */
  private static long unknowns(SimulatedEtcd etcd, Ledger ledger) {
    try (BlockingBodies bodies = new BlockingBodies()) {
      List<SimulatedTeller> tellers = tellers(etcd, bodies);
      tellers.forEach(SimulatedTeller::start);
      etcd.run(() -> tellers.stream().allMatch(SimulatedTeller::isDone), Duration.ofMinutes(5));
      etcd.faults().calm();
      etcd.await(() -> tellers.stream().allMatch(SimulatedTeller::isDone));
      etcd.runFor(UNTIL_THE_LAST_GHOST);
      tellers.forEach(teller -> check(ledger, teller));
      return tellers.stream()
          .flatMap(teller -> teller.told().values().stream())
          .filter(Told.Unknown.class::isInstance)
          .count();
    }
  }

  private static List<SimulatedTeller> tellers(SimulatedEtcd etcd, BlockingBodies bodies) {
    List<SimulatedTeller> tellers = new ArrayList<>();
    for (int c = 0; c < CLIENTS; c++) {
      Coord coord = bodies.connect(etcd, "client" + c);
      for (int t = 0; t < TELLERS_OF_EACH; t++) {
        String name = "teller" + c + "." + t;
        tellers.add(new SimulatedTeller(coord, name, etcd.seed(), TRANSFERS));
      }
    }
    return tellers;
  }

  private static void check(Ledger ledger, SimulatedTeller teller) {
    teller
        .told()
        .forEach(
            (transfer, told) -> {
              List<Long> applied = ledger.applied(transfer);
              if (told instanceof Told.Applied done) {
                assertThat(applied).as(transfer).containsExactly(done.result().revision());
              } else if (told instanceof Told.NotApplied not) {
                assertThat(not.why()).isInstanceOf(CoordException.class);
                assertThat(applied).as("%s, told %s", transfer, not.why()).isEmpty();
              } else {
                assertThat(applied).as(transfer).hasSizeLessThanOrEqualTo(1);
              }
            });
  }
}
