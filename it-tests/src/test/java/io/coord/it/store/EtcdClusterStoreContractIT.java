package io.coord.it.store;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;

/** The contract on a real etcd of three members, who must agree at the end. */
@EtcdTest(members = 3, cleaning = EtcdTest.Cleaning.BEFORE_CLASS)
class EtcdClusterStoreContractIT extends StoreContract {

  private final EtcdCluster cluster;

  EtcdClusterStoreContractIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Override
  Lab openLab() {
    return new EtcdLab(cluster);
  }

  /** There are requests that make the members of a cluster differ; the store must not send them. */
  @AfterAll
  static void membersHoldTheSame(EtcdCluster cluster) {
    Awaitility.await("the members hold the same keys")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> cluster.members().stream().map(member -> hash(cluster, member)).toList(),
            hashes -> List.of(hashes.get(0), hashes.get(0), hashes.get(0)).equals(hashes));
  }

  private static String hash(EtcdCluster cluster, EtcdMember member) {
    String line = cluster.etcdctl(member, "endpoint", "hashkv");
    return line.substring(line.indexOf(',') + 1).strip();
  }
}
