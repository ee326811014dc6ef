package io.coord.it.store;

import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Store;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Experiments on the simulated etcd: to wait is to run it. */
final class SimulatedLab extends Lab {

  private final SimulatedEtcd etcd;
  private final Store store;
  private int clients;

  SimulatedLab(long seed, SimulatedFaults faults) {
    this.etcd = SimulatedEtcd.of(seed, faults);
    this.store = openStore();
  }

  @Override
  Store store() {
    return store;
  }

  @Override
  Store openStore(Duration requestTimeout) {
    String name = "client-" + ++clients;
    CoordBuilder settings = Coord.builder().name(name).endpoints("http://simulated:2379");
    return CoordRuntime.of(etcd.coord(settings.requestTimeout(requestTimeout).build())).store();
  }

  @Override
  <T> T await(CompletableFuture<T> future) {
    return etcd.await(future);
  }

  @Override
  void await(BooleanSupplier condition) {
    etcd.await(condition);
  }

  @Override
  void pass(Duration length) {
    etcd.runFor(length);
  }

  @Override
  long compact() {
    etcd.faults().compact();
    return etcd.revision();
  }
}
