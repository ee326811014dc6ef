package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Test;

/** Endpoints that are not those of one cluster. */
@EtcdTest
class OtherClusterIT {

  private final EtcdCluster cluster;

  OtherClusterIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void connect_toMembersOfTwoClusters_isRefusedNamingBoth() {
    try (EtcdCluster other = EtcdCluster.builder().start()) {
      assertThatThrownBy(
              () ->
                  Coord.builder()
                      .endpoints(cluster.connectionString())
                      .endpoints(other.connectionString())
                      .connect())
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("different clusters")
          .hasMessageContaining(cluster.connectionString())
          .hasMessageContaining(other.connectionString());
    }
  }
}
