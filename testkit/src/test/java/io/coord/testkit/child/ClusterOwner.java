package io.coord.testkit.child;

import io.coord.testkit.EtcdCluster;
import java.io.IOException;

/** Starts a cluster, says so, and waits to be ended one way or the other. */
public final class ClusterOwner {

  private ClusterOwner() {}

  /** Ends in order when its input ends, and by an exception when it is told to fail. */
  public static void main(String[] arguments) throws IOException {
    EtcdCluster cluster = EtcdCluster.builder().members(3).start();
    cluster.etcdctlProcess("watch", "key");
    System.out.println("READY " + cluster.connectionString());
    if (System.in.read() == 'f') {
      throw new IllegalStateException("told to fail, with the cluster still open");
    }
  }
}
