package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.EtcdCluster;
import org.junit.jupiter.api.AfterEach;

/** Commands on a cluster, of which nothing may be left when they have ended. */
abstract class ClusterScenario {

  final EtcdCluster cluster;
  final String endpoints;

  ClusterScenario(EtcdCluster cluster) {
    this.cluster = cluster;
    this.endpoints = cluster.connectionString();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(cluster.keyCount()).as("keys").isZero();
    assertThat(cluster.leaseCount()).as("leases").isZero();
  }
}
