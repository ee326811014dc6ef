package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdBinaries;
import java.util.Optional;

/** Chooses what runs a cluster. */
public final class HostChoice {

  private HostChoice() {}

  /**
   * Chooses, and prepares the cluster; nothing runs yet.
   *
   * @param spec what the cluster shall be
   * @param forced the backend that the code asks for
   */
  public static ClusterHost host(ClusterSpec spec, Optional<EtcdBackend> forced) {
    return new ProcessCluster(spec, EtcdBinaries.find());
  }
}
