package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.testkit.Witness.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EtcdTest(members = 3)
class ClientCutIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EtcdCluster cluster;

  ClientCutIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void cutClients_refused_addressIsRefusedButMemberWorks() {
    EtcdMember member = cluster.member(0);

    member.cutClients(ClientCut.REFUSED);

    assertThat(Witness.look(member)).isEqualTo(Sight.REFUSED);
    assertThat(Witness.look(cluster.member(1))).isEqualTo(Sight.HEALTHY);
    assertThat(cluster.etcdctl(member, "endpoint", "status")).contains(", 3.");
  }

  @Test
  void cutClients_silent_connectionIsMadeAndNothingAnswers() {
    EtcdMember member = cluster.member(0);

    member.cutClients(ClientCut.SILENT);

    assertThat(Witness.look(member)).isEqualTo(Sight.SILENT);
    assertThat(cluster.etcdctl(member, "endpoint", "status")).contains(", 3.");
  }

  @Test
  void cutClients_repliesLost_requestTakesEffect() {
    EtcdMember member = cluster.member(0);

    member.cutClients(ClientCut.REPLIES_LOST);

    assertThat(Writes.put(member.endpoint(), "key", "value")).isFalse();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(cluster.etcdctl("get", "key", "--print-value-only"))
                    .isEqualTo("value\n"));
  }

  @Test
  void cutClients_silent_requestDoesNotTakeEffect() {
    EtcdMember member = cluster.member(0);

    member.cutClients(ClientCut.SILENT);

    assertThat(Writes.put(member.endpoint(), "key", "value")).isFalse();
    assertThat(cluster.etcdctl("get", "key", "--print-value-only")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ClientCut.class)
  void reconnectClients_afterAnyCut_works(ClientCut cut) {
    EtcdMember member = cluster.member(0);
    member.cutClients(cut);

    member.reconnectClients();

    assertThat(Witness.look(member)).isEqualTo(Sight.HEALTHY);
    assertThat(Writes.put(member.endpoint(), "key", "value")).isTrue();
  }

  @Test
  void cutClients_oneAfterAnother_theLastCounts() {
    EtcdMember member = cluster.member(0);
    member.cutClients(ClientCut.REFUSED);
    member.cutClients(ClientCut.SILENT);
    assertThat(Witness.look(member)).isEqualTo(Sight.SILENT);

    member.cutClients(ClientCut.REFUSED);
    assertThat(Witness.look(member)).isEqualTo(Sight.REFUSED);
  }

  @Test
  void cutClients_refusedAndMemberRestarts_staysCut() {
    EtcdMember member = cluster.followers().get(0);
    member.cutClients(ClientCut.REFUSED);

    member.restart();
    cluster.awaitHealthy(LIMIT);
    assertThat(Witness.look(member)).isEqualTo(Sight.REFUSED);

    member.reconnectClients();
    assertThat(Witness.look(member)).isEqualTo(Sight.HEALTHY);
  }

  @Test
  void directEndpoint_clientsCut_stillAnswers() {
    EtcdMember member = cluster.member(0);

    member.cutClients(ClientCut.SILENT);

    assertThat(member.directEndpoint()).isNotEqualTo(member.endpoint());
    assertThat(Writes.put(member.directEndpoint(), "key", "value")).isTrue();
  }

  @Test
  void delayClients_request_takesTwiceThatLonger() {
    EtcdMember member = cluster.member(0);
    Writes.put(member.endpoint(), "warm", "up");
    member.delayClients(Duration.ofMillis(200));

    long start = System.nanoTime();
    assertThat(Writes.put(member.endpoint(), "key", "value")).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(399));
  }
}
