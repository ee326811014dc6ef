package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.stm.Stm;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Test;

/** What a transaction is told when etcd's database is full. */
@EtcdTest(flags = "--quota-backend-bytes=4194304")
class StmQuotaIT {

  private static final Bytes LARGE = Bytes.wrap(new byte[500_000]);

  private final EtcdCluster cluster;

  StmQuotaIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void run_databaseFull_isRefusedAndSaysWhy() throws InterruptedException {
    try (Coord coord = Coord.connect(cluster.connectionString())) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  Bytes key = Bytes.utf8("large" + i);
                  Stm.run(
                      coord,
                      tx -> {
                        tx.put(key, LARGE);
                        return "";
                      });
                }
              })
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("quota");
      assertThat(Stm.run(coord, tx -> tx.get("large0")).value()).isPresent();
    }
  }
}
