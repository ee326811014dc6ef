package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@EtcdTest(members = 3)
class EtcdClusterIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void etcdctl_putThenGet_seesTheValue(EtcdCluster cluster) {
    cluster.etcdctl("put", "key", "value");

    assertThat(cluster.etcdctl("get", "key", "--print-value-only")).isEqualTo("value\n");
  }

  @Test
  void kill_leader_anotherLeadsAndEndpointComesBack(EtcdCluster cluster) {
    EtcdMember old = cluster.awaitLeader(LIMIT);
    old.kill();
    assertThat(cluster.awaitLeader(LIMIT)).isNotSameAs(old);
    old.restart();
    cluster.awaitHealthy(LIMIT);
  }

  @Test
  void freeze_follower_majorityGoesOn(EtcdCluster cluster) {
    EtcdMember one = cluster.followers().get(0);
    one.freeze();
    cluster.etcdctl("put", "while", "frozen");
    one.thaw();
    cluster.awaitHealthy(LIMIT);
  }

  @Test
  void isolate_leader_anotherLeads(EtcdCluster cluster) {
    EtcdMember old = cluster.awaitLeader(LIMIT);
    old.isolate();
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .until(() -> cluster.leader().filter(l -> l != old).isPresent());
    cluster.etcdctl("put", "while", "isolated");
    assertThat(cluster.etcdctl(old, "get", "--consistency=s", "while")).isEmpty();
    old.rejoin();
    cluster.awaitHealthy(LIMIT);
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .until(() -> !cluster.etcdctl(old, "get", "--consistency=s", "while").isEmpty());
  }

  @Test
  void moveLeader_follower_leads(EtcdCluster cluster) {
    EtcdMember next = cluster.followers().get(1);
    cluster.moveLeader(next);
    assertThat(cluster.leader()).contains(next);
  }

  @Test
  void directEndpoint_clientsCut_stillAnswers(EtcdCluster cluster) throws InterruptedException {
    EtcdMember member = cluster.member(0);
    member.cutClients(ClientCut.REFUSED);
    try (Coord coord = Coord.connect(member.directEndpoint())) {
      assertThat(member.directEndpoint()).isNotEqualTo(member.endpoint());
      assertThat(coord.config().endpoints()).hasSize(1);
    }
    member.reconnectClients();
  }
}
