package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Test;

/** The limit of operations in a transaction, where etcd's own was raised. */
@EtcdTest(flags = "--max-txn-ops=200")
class StmLimitIT {

  private final EtcdCluster cluster;

  StmLimitIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void put_asManyKeysAsTheRaisedLimit_commitsAndOneMoreSaysTheLimit() throws InterruptedException {
    StmOptions raised = StmOptions.defaults().withMaxOperations(200);
    try (Coord coord = Coord.connect(cluster.connectionString())) {
      assertThat(Stm.run(coord, raised, tx -> putMany(tx, 199)).attempts()).isEqualTo(1);
      assertThatThrownBy(() -> Stm.run(coord, raised, tx -> putMany(tx, 200)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContainingAll("199", "200 operations");
      assertThatThrownBy(() -> Stm.run(coord, tx -> putMany(tx, 128)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContainingAll("127", "128 operations");
    }
  }

  private static Integer putMany(Transaction tx, int keys) {
    for (int i = 0; i < keys; i++) {
      tx.put("key" + i, "");
    }
    return keys;
  }
}
