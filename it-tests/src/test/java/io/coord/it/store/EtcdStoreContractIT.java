package io.coord.it.store;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;

/** The contract on a real etcd of one member. */
@EtcdTest(cleaning = EtcdTest.Cleaning.BEFORE_CLASS)
class EtcdStoreContractIT extends StoreContract {

  private final EtcdCluster cluster;

  EtcdStoreContractIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Override
  Lab openLab() {
    return new EtcdLab(cluster);
  }
}
