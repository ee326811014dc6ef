package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static io.coord.core.internal.grpc.ConnectedStore.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Members that are not of the cluster that a store was connected to. */
class ClusterIdentityTest {

  @Test
  void connect_toEndpointsOfTwoClusters_isRefusedAndSaysWhich() {
    try (FakeMember one = FakeMember.start(1).ofCluster(0xa1);
        FakeMember other = FakeMember.start(2).ofCluster(0xb2)) {

      assertThat(failure(ConnectedStore.connecting(to(one, other))))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("different clusters")
          .hasMessageContaining("cluster a1")
          .hasMessageContaining("cluster b2")
          .hasMessageContaining(one.endpoint())
          .hasMessageContaining(other.endpoint());
    }
  }

  @Test
  void connect_toMembersThatNameNoCluster_works() {
    try (FakeMember one = FakeMember.start(1).ofCluster(0);
        FakeMember other = FakeMember.start(2).ofCluster(0xb2);
        Store store = ConnectedStore.connect(to(one, other))) {
      await(store.range(READ));
    }
  }

  /** As after it was restored from a snapshot, to an earlier time. */
  @Test
  void reconnect_clusterWasMadeAnew_isNotUsedAndSaysSo() {
    try (FakeMember member = FakeMember.start(1).ofCluster(0xa1);
        Store store = ConnectedStore.connect(to(member).requestTimeout(Duration.ofMillis(1500)))) {
      await(store.range(READ));
      int answered = member.services().calls();

      member.kill();
      member.ofCluster(0xb2).restart();

      assertThat(failure(store.range(READ)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("it is a member of cluster b2")
          .hasMessageContaining("cluster a1");
      assertThat(member.services().calls()).isEqualTo(answered);
    }
  }

  @Test
  void reconnect_oneMemberIsOfAnotherClusterNow_theOthersAreUsed() {
    try (FakeMember leader = FakeMember.start(1).ofCluster(0xa1);
        FakeMember other = FakeMember.start(2).ofCluster(0xa1).followsLeader(1);
        Store store = ConnectedStore.connect(to(leader, other))) {
      leader.kill();
      leader.ofCluster(0xb2).restart();
      int before = leader.services().calls();

      for (int i = 0; i < 20; i++) {
        await(store.range(READ));
      }
      assertThat(leader.services().calls()).isEqualTo(before);
    }
  }

  @Test
  void reconnect_memberCameBackToItsCluster_isUsedAgain() {
    try (FakeMember member = FakeMember.start(1).ofCluster(0xa1);
        Store store = ConnectedStore.connect(to(member).requestTimeout(Duration.ofMillis(1500)))) {
      member.kill();
      member.ofCluster(0xb2).restart();
      assertThat(failure(store.range(READ))).isInstanceOf(UnavailableException.class);

      member.kill();
      member.ofCluster(0xa1).restart();

      await(store.range(READ));
    }
  }
}
