package io.coord.it.store;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;

/** The contract on a real etcd of three members. */
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
}
