package io.coord.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedEtcdTest {

  private static String stormyHistory(long seed) {
    SimulatedEtcd etcd = SimulatedEtcd.of(seed, SimulatedFaults.hostile());
    runCounter(etcd, 4, 50);
    return etcd.events() + " events\n" + etcd.history();
  }

  private static List<IncrementingClient> runCounter(SimulatedEtcd etcd, int clients, int each) {
    List<IncrementingClient> counters = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      counters.add(new IncrementingClient(etcd.client("c" + i), each));
    }
    counters.forEach(IncrementingClient::start);
    etcd.run(() -> counters.stream().allMatch(IncrementingClient::isDone), Duration.ofMinutes(3));
    etcd.faults().calm();
    etcd.await(() -> counters.stream().allMatch(IncrementingClient::isDone));
    etcd.runFor(Duration.ofMinutes(1));
    return counters;
  }

  @Test
  void history_ofTheSameSeed_isTheSame() {
    assertThat(stormyHistory(7)).isEqualTo(stormyHistory(7));
  }

  @Test
  void history_ofAnotherSeed_differs() {
    assertThat(stormyHistory(7)).isNotEqualTo(stormyHistory(8));
  }

  @Test
  void counter_inAnyStorm_losesNoIncrement() {
    SeedSweep.of(200)
        .run(
            SimulatedFaults.stormy(),
            etcd -> {
              List<IncrementingClient> counters = runCounter(etcd, 3, 10);
              long value =
                  IncrementingClient.valueOf(
                      etcd.keys(KeyRange.single(IncrementingClient.COUNTER)).stream().findFirst());
              int unknown = counters.stream().mapToInt(IncrementingClient::unknownOutcomes).sum();
              assertThat(value).isBetween(30L, 30L + unknown);
            });
  }

  @Test
  void step_fromWithinAnEvent_isRefused() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Store store = etcd.client("a");
    store.scheduler().execute(etcd::step);
    assertThatThrownBy(etcd::step).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void await_aFutureThatNothingCompletes_failsWithSeedAndHistory() {
    SimulatedEtcd etcd = SimulatedEtcd.of(42);
    etcd.await(etcd.client("a").range(RangeRequest.key(IncrementingClient.COUNTER)));
    assertThatThrownBy(() -> etcd.await(new CompletableFuture<>()))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("seed 42")
        .hasMessageContaining("a          sends Range");
  }

  @Test
  void sweep_scenarioThatFails_namesItsSeed() {
    SeedSweep sweep = SeedSweep.of(10);
    assertThatThrownBy(
            () ->
                sweep.run(SimulatedFaults.none(), etcd -> assertThat(etcd.seed()).isNotEqualTo(5L)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("seed 5");
  }

  @Test
  void client_nameOfOneAlive_isRefused() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Store store = etcd.client("a");
    assertThatThrownBy(() -> etcd.client("a")).isInstanceOf(IllegalArgumentException.class);
    store.close();
    assertThat(etcd.client("a")).isNotSameAs(store);
  }

  @Test
  void nanoTime_ofAnyClient_movesWithVirtualTime() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Store store = etcd.client("a");
    long before = store.scheduler().nanoTime();
    etcd.runFor(Duration.ofSeconds(3));
    assertThat(store.scheduler().nanoTime() - before).isEqualTo(3_000_000_000L);
    assertThat(etcd.now()).isEqualTo(Duration.ofSeconds(3));
  }
}
