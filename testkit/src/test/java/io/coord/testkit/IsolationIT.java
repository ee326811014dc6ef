package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.testkit.Witness.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@EtcdTest(members = 3)
class IsolationIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EtcdCluster cluster;

  IsolationIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void isolate_leader_othersElectAndItFindsOut() {
    EtcdMember old = cluster.awaitLeader(LIMIT);

    old.isolate();

    await().atMost(LIMIT).until(() -> cluster.leader().filter(now -> now != old).isPresent());
    await().atMost(LIMIT).until(() -> Witness.look(old) == Sight.UNHEALTHY);
    assertThat(cluster.followers()).contains(old);
  }

  @Test
  void isolate_follower_doesNotSeeWhatTheOthersWrite() {
    EtcdMember alone = cluster.followers().get(0);
    cluster.etcdctl("put", "before", "1");
    awaitLocal(alone, "before", "1\n");

    alone.isolate();
    cluster.awaitHealthy(LIMIT);
    cluster.etcdctl("put", "meanwhile", "2");

    assertThat(local(alone, "before")).isEqualTo("1\n");
    assertThat(local(alone, "meanwhile")).isEmpty();
    assertThat(cluster.members())
        .filteredOn(member -> member != alone)
        .allMatch(member -> Witness.look(member) == Sight.HEALTHY);
  }

  @Test
  void isolate_follower_leaseRenewalDoesNotReachTheLeader() {
    EtcdMember alone = cluster.followers().get(0);
    String lease = cluster.etcdctl("lease", "grant", "600").replaceAll("(?s)lease (\\w+) .*", "$1");

    alone.isolate();

    // Renewals go to the leader by plain requests, on connections that name no member.
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(Witness.look(alone)).isEqualTo(Sight.UNHEALTHY));
    assertThatThrownBy(() -> cluster.etcdctl(alone, "lease", "keep-alive", "--once", lease))
        .isInstanceOf(EtcdClusterException.class);
  }

  @Test
  void rejoin_afterIsolation_catchesUp() {
    EtcdMember alone = cluster.awaitLeader(LIMIT);
    alone.isolate();
    await().atMost(LIMIT).until(() -> cluster.leader().filter(now -> now != alone).isPresent());
    cluster.awaitHealthy(LIMIT);
    cluster.etcdctl("put", "meanwhile", "1");

    alone.rejoin();
    cluster.awaitHealthy(LIMIT);

    awaitLocal(alone, "meanwhile", "1\n");
    assertThat(Witness.look(alone)).isEqualTo(Sight.HEALTHY);
  }

  @Test
  void isolate_everyone_nobodyAnswersReadsUntilTheyRejoin() {
    cluster.members().forEach(EtcdMember::isolate);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                cluster.members().stream()
                    .allMatch(member -> Witness.look(member) == Sight.UNHEALTHY));

    cluster.members().forEach(EtcdMember::rejoin);
    cluster.awaitHealthy(LIMIT);

    assertThat(cluster.members()).allMatch(member -> Witness.look(member) == Sight.HEALTHY);
  }

  @Test
  void restart_isolated_staysIsolated() {
    EtcdMember alone = cluster.followers().get(0);
    alone.isolate();

    alone.restart();
    cluster.awaitHealthy(LIMIT);
    cluster.etcdctl("put", "meanwhile", "1");

    assertThat(alone.isIsolated()).isTrue();
    assertThat(Witness.look(alone)).isNotEqualTo(Sight.HEALTHY);
    alone.rejoin();
    cluster.awaitHealthy(LIMIT);
    awaitLocal(alone, "meanwhile", "1\n");
  }

  private String local(EtcdMember member, String key) {
    return cluster.etcdctl(member, "get", "--consistency=s", "--print-value-only", key);
  }

  private void awaitLocal(EtcdMember member, String key, String value) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(local(member, key)).isEqualTo(value));
  }
}
