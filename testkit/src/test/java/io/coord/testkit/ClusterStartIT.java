package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClusterStartIT {

  @Test
  void start_flagThatEtcdDoesNotKnow_failsWithEtcdsWords() {
    EtcdClusterBuilder builder = EtcdCluster.builder().flag("--no-such-flag");

    assertThatThrownBy(builder::start)
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("no-such-flag");
  }

  @Test
  void start_flagOfTheTest_takesEffect() {
    try (EtcdCluster cluster = EtcdCluster.builder().flag("--max-request-bytes", "1000").start()) {
      assertThat(cluster.etcdctl("put", "small", "x".repeat(900))).contains("OK");
      assertThatThrownBy(() -> cluster.etcdctl("put", "large", "x".repeat(2000)))
          .isInstanceOf(EtcdClusterException.class)
          .hasMessageContaining("request is too large");
    }
  }

  @Test
  void close_afterFaults_endsEverythingAndMayBeRepeated() {
    EtcdCluster cluster = EtcdCluster.builder().members(3).start();
    cluster.member(0).freeze();
    cluster.member(1).kill();
    cluster.member(2).isolate();
    EtcdctlProcess command = cluster.etcdctlProcess("watch", "key");

    cluster.close();
    cluster.close();

    assertThat(cluster.members()).allMatch(member -> Witness.look(member) == Witness.Sight.REFUSED);
    command.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith(cluster.toString().replaceAll(":.*", "") + "-"));
  }

  @Test
  void members_outOfRange_isRefused() {
    assertThatThrownBy(() -> EtcdCluster.builder().members(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("members is 0; expected 1 to 9");
  }

  @Test
  void start_fiveMembers_survivesTwo() {
    try (EtcdCluster cluster = EtcdCluster.builder().members(5).start()) {
      cluster.member(0).kill();
      cluster.member(4).freeze();
      cluster.awaitHealthy(Duration.ofSeconds(60));

      assertThat(cluster.etcdctl("put", "key", "value")).contains("OK");
    }
  }
}
