package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.QueueModel;
import io.coord.it.torture.simulated.model.QueueModel.Kind;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import org.junit.jupiter.api.Test;

/** Runs {@link QueueModel} under many seeds: N producers and M consumers, every item out once. */
class QueueSimulationTest {

  private static final int RUNS = 80;
  private static final int ROUNDS = 12;

  private static int run(SimulatedEtcd etcd, Kind kind) {
    return new QueueModel(etcd, Scale.of(ROUNDS, 2, 2, 1), kind).run();
  }

  @Test
  void queue_withoutFaults_everyItemOutOnceInOrderOfCommits() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> assertThat(run(etcd, Kind.FIFO)).isGreaterThan(5 * ROUNDS));
  }

  @Test
  void queue_withLostLateAndDoubledMessages_everyItemOutOnceInOrderOfCommits() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> run(etcd, Kind.FIFO));
  }

  @Test
  void queue_inAStorm_everyItemOutOnceInOrderOfCommits() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy(), etcd -> run(etcd, Kind.FIFO));
  }

  @Test
  void queue_inADenserStorm_everyItemOutOnceInOrderOfCommits() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(10), etcd -> run(etcd, Kind.FIFO));
  }

  @Test
  void priorityQueue_withoutFaults_everyItemOutOnceByPriority() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> assertThat(run(etcd, Kind.PRIORITY)).isGreaterThan(5 * ROUNDS));
  }

  @Test
  void priorityQueue_withLostLateAndDoubledMessages_everyItemOutOnceByPriority() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> run(etcd, Kind.PRIORITY));
  }

  @Test
  void priorityQueue_inAStorm_everyItemOutOnceByPriority() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.stormy().timesAsOften(5), etcd -> run(etcd, Kind.PRIORITY));
  }

  @Test
  void queue_clientsKilledAtWork_loseWhatTheyHadInHandAndNothingElse() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new KilledClients(etcd).run());
  }

  @Test
  void queue_sameSeed_givesTheSameHistory() {
    String first = historyOfAStorm();

    assertThat(historyOfAStorm()).isEqualTo(first);
  }

  private static String historyOfAStorm() {
    SimulatedEtcd etcd = SimulatedEtcd.of(7, SimulatedFaults.stormy());
    run(etcd, Kind.FIFO);
    return etcd.history();
  }
}
