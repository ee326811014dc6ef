package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

@EtcdTest(members = 3)
class ClusterAdminIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PASSWORD = "not-a-secret";

  private final EtcdCluster cluster;

  ClusterAdminIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void moveLeader_eachInTurn_leads() {
    for (EtcdMember next : cluster.followers()) {
      cluster.moveLeader(next);

      assertThat(cluster.leader()).contains(next);
      String status = cluster.etcdctl(next, "endpoint", "status", "--write-out=json");
      assertThat(field(status, "leader")).isEqualTo(field(status, "member_id"));
    }
  }

  @Test
  void moveLeader_toOneThatIsDown_isRefused() {
    EtcdMember down = cluster.followers().get(0);
    down.kill();

    assertThatThrownBy(() -> cluster.moveLeader(down))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("DOWN");
  }

  @Test
  void compact_olderRevision_canNoLongerBeRead() {
    cluster.etcdctl("put", "key", "1");
    long first = cluster.revision();
    cluster.etcdctl("put", "key", "2");

    long compacted = cluster.compact();

    assertThat(compacted).isEqualTo(cluster.revision()).isGreaterThan(first);
    assertThatThrownBy(() -> cluster.etcdctl("get", "key", "--rev=" + first))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("compacted");
    assertThat(cluster.etcdctl("get", "key", "--print-value-only")).isEqualTo("2\n");
  }

  @Test
  void compact_twice_isFine() {
    cluster.compact();

    assertThat(cluster.compact()).isEqualTo(cluster.revision());
  }

  @Test
  void deleteEverything_keysAndLeases_areGone() {
    String lease = cluster.etcdctl("lease", "grant", "600").replaceAll("(?s)lease (\\w+) .*", "$1");
    cluster.etcdctl("put", "plain", "1");
    cluster.etcdctl("put", "leased", "1", "--lease=" + lease);
    assertThat(cluster.keyCount()).isEqualTo(2);
    assertThat(cluster.leaseCount()).isEqualTo(1);

    cluster.deleteEverything();

    assertThat(cluster.etcdctl("get", "", "--from-key", "--keys-only").strip()).isEmpty();
    assertThat(cluster.etcdctl("lease", "list")).contains("found 0 leases");
  }

  @Test
  void awaitHealthy_majorityIsDown_failsWithTheReason() {
    cluster.member(0).kill();
    cluster.member(1).kill();

    assertThatThrownBy(() -> cluster.awaitHealthy(Duration.ofSeconds(1)))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("is not healthy after PT1S")
        .hasMessageContaining("log of")
        .hasMessageContaining("/m2");
  }

  @Test
  void etcdctl_fails_saysWhatEtcdctlSaid() {
    assertThatThrownBy(() -> cluster.etcdctl("no-such-command"))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("unknown command");
  }

  @Test
  void enableAuth_strangers_areShutOutUntilHealed() {
    cluster.enableAuth(PASSWORD);

    assertThat(cluster.etcdctl("put", "key", "value")).contains("OK");
    assertThat(Writes.put(cluster.endpoints().get(0), "key", "stranger")).isFalse();
    assertThatThrownBy(() -> cluster.etcdctl("--user=root:wrong", "get", "key"))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("authentication failed")
        .hasMessageNotContaining("wrong,");
    cluster.etcdctl("user", "add", "guest:" + PASSWORD);
    cluster.etcdctl("role", "add", "reader");
    assertThat(cluster.keyCount()).isEqualTo(1);

    cluster.heal();

    assertThat(Writes.put(cluster.endpoints().get(0), "key", "anybody")).isTrue();
    assertThat(cluster.etcdctl("user", "list")).isEmpty();
    assertThat(cluster.etcdctl("role", "list")).isEmpty();
  }

  @Test
  void enableAuth_memberRestarts_fixtureStillLogsIn() {
    cluster.enableAuth(PASSWORD);
    EtcdMember member = cluster.awaitLeader(LIMIT);
    member.restart();
    cluster.awaitHealthy(LIMIT);

    await().atMost(LIMIT).until(() -> cluster.leader().isPresent());
    assertThat(cluster.keyCount()).isZero();
  }

  private static String field(String json, String name) {
    return json.replaceAll("(?s).*\"" + name + "\":(\\d+).*", "$1");
  }
}
