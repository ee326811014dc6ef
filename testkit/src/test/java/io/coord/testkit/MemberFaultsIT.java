package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.testkit.Witness.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@EtcdTest(members = 3)
class MemberFaultsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EtcdCluster cluster;

  MemberFaultsIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void start_allMembers_areHealthyAtTheirEndpoints() {
    assertThat(cluster.endpoints()).hasSize(3).doesNotHaveDuplicates();
    assertThat(cluster.members()).allMatch(member -> Witness.look(member) == Sight.HEALTHY);
    assertThat(cluster.etcdctl("member", "list").lines()).hasSize(3);
  }

  @Test
  void kill_leader_itsAddressRefusesAndAnotherLeads() {
    EtcdMember old = cluster.awaitLeader(LIMIT);

    old.kill();

    assertThat(Witness.look(old)).isEqualTo(Sight.REFUSED);
    assertThat(cluster.awaitLeader(LIMIT)).isNotSameAs(old);
    cluster.awaitHealthy(LIMIT);
    assertThat(cluster.etcdctl("put", "key", "value")).contains("OK");
  }

  @Test
  void restart_afterKill_keepsAddressAndData() {
    EtcdMember member = cluster.member(1);
    String endpoint = member.endpoint();
    cluster.etcdctl("put", "before", "1");
    member.kill();
    cluster.awaitHealthy(LIMIT);
    cluster.etcdctl("put", "meanwhile", "2");

    member.restart();
    cluster.awaitHealthy(LIMIT);

    assertThat(member.endpoint()).isEqualTo(endpoint);
    assertThat(Witness.look(member)).isEqualTo(Sight.HEALTHY);
    awaitLocalValue(member, "before", "1");
    awaitLocalValue(member, "meanwhile", "2");
    assertThat(cluster.etcdctl("member", "list").lines()).hasSize(3);
  }

  @Test
  void restart_running_isKilledAndStartedAgain() {
    EtcdMember member = cluster.followers().get(0);

    member.restart();
    cluster.awaitHealthy(LIMIT);

    assertThat(member.state()).isEqualTo(MemberState.RUNNING);
    assertThat(Witness.look(member)).isEqualTo(Sight.HEALTHY);
  }

  @Test
  void restart_wholeCluster_keepsTheData() {
    cluster.etcdctl("put", "key", "value");
    cluster.members().forEach(EtcdMember::kill);
    assertThat(cluster.members()).allMatch(member -> Witness.look(member) == Sight.REFUSED);
    assertThat(cluster.leader()).isEmpty();

    cluster.members().forEach(EtcdMember::restart);
    cluster.awaitHealthy(LIMIT);

    assertThat(cluster.etcdctl("get", "key", "--print-value-only")).isEqualTo("value\n");
  }

  @Test
  void freeze_leader_isSilentAndAnotherLeads() {
    EtcdMember old = cluster.awaitLeader(LIMIT);

    old.freeze();

    assertThat(old.state()).isEqualTo(MemberState.FROZEN);
    assertThat(Witness.look(old)).isEqualTo(Sight.SILENT);
    assertThat(cluster.awaitLeader(LIMIT)).isNotSameAs(old);
  }

  @Test
  void thaw_afterFreeze_followsAgain() {
    EtcdMember old = cluster.awaitLeader(LIMIT);
    old.freeze();
    cluster.awaitHealthy(LIMIT);
    cluster.etcdctl("put", "meanwhile", "1");

    old.thaw();
    cluster.awaitHealthy(LIMIT);

    awaitLocalValue(old, "meanwhile", "1");
    assertThat(Witness.look(old)).isEqualTo(Sight.HEALTHY);
  }

  @Test
  void kill_frozen_endsIt() {
    EtcdMember member = cluster.followers().get(0);
    member.freeze();

    member.kill();

    assertThat(member.state()).isEqualTo(MemberState.DOWN);
    assertThat(Witness.look(member)).isEqualTo(Sight.REFUSED);
  }

  @Test
  void stop_leader_itsAddressRefusesAndAnotherLeads() {
    EtcdMember old = cluster.awaitLeader(LIMIT);

    old.stop();

    assertThat(Witness.look(old)).isEqualTo(Sight.REFUSED);
    assertThat(cluster.awaitLeader(LIMIT)).isNotSameAs(old);
    assertThat(old.logTail())
        .as("the last words of etcd 3.5, or of 3.4")
        .containsAnyOf("closed etcd server", "stopped streaming with peer");
  }

  @Test
  void repeated_faults_doNothing() {
    EtcdMember member = cluster.followers().get(0);
    member.thaw();
    member.freeze();
    member.freeze();
    member.thaw();
    member.kill();
    member.kill();
    member.stop();

    assertThat(member.state()).isEqualTo(MemberState.DOWN);
  }

  @Test
  void freeze_down_isRefused() {
    EtcdMember member = cluster.followers().get(0);
    member.kill();

    assertThatThrownBy(member::freeze)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is down");
    assertThatThrownBy(member::isolate).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void heal_everythingBroken_repairsAll() {
    cluster.member(0).kill();
    cluster.member(1).freeze();
    cluster.member(2).isolate();
    cluster.member(0).cutClients(ClientCut.REFUSED);
    cluster.member(1).cutClients(ClientCut.SILENT);
    cluster.member(2).delayClients(Duration.ofMillis(300));

    cluster.heal();

    assertThat(cluster.members())
        .allMatch(member -> member.state() == MemberState.RUNNING && !member.isIsolated())
        .allMatch(member -> Witness.look(member) == Sight.HEALTHY);
  }

  private void awaitLocalValue(EtcdMember member, String key, String value) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        cluster.etcdctl(
                            member, "get", "--consistency=s", "--print-value-only", key))
                    .isEqualTo(value + "\n"));
  }
}
