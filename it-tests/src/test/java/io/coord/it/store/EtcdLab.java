package io.coord.it.store;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Store;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Experiments on a real etcd. */
final class EtcdLab extends Lab {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final Store store;

  EtcdLab(EtcdCluster cluster) {
    this.cluster = cluster;
    this.store = openStore();
  }

  @Override
  Store store() {
    return store;
  }

  @Override
  Store openStore(Duration requestTimeout) {
    try {
      Coord coord =
          Coord.builder()
              .endpoints(cluster.connectionString())
              .requestTimeout(requestTimeout)
              .connect();
      coords.add(coord);
      return CoordRuntime.of(coord).store();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connecting", e);
    }
  }

  @Override
  <T> T await(CompletableFuture<T> future) {
    try {
      return Futures.await(future.copy().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  @Override
  void await(BooleanSupplier condition) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(condition::getAsBoolean);
  }

  @Override
  void pass(Duration length) {
    Awaitility.await().pollDelay(length).atMost(length.plus(PATIENCE)).until(() -> true);
  }

  /** Members apply a compaction one after the other; this waits for the last. */
  @Override
  long compact() {
    long revision = cluster.compact();
    for (EtcdMember member : cluster.members()) {
      await(() -> hasCompacted(member, revision));
    }
    return revision;
  }

  private boolean hasCompacted(EtcdMember member, long revision) {
    String before = "--rev=" + (revision - 1);
    try {
      cluster.etcdctl(member, "get", "any", "--consistency=s", before);
      return false;
    } catch (EtcdClusterException e) {
      return e.getMessage().contains("compacted");
    }
  }

  @Override
  public void close() {
    try {
      super.close();
    } finally {
      coords.forEach(Coord::close);
    }
  }
}
