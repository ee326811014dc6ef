package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.child.ExternalRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cluster of this class is the user's one for a JVM that is told its address. */
@EtcdTest
@Timeout(180)
class ExternalClusterIT {

  private final EtcdCluster cluster;

  ExternalClusterIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void endpoints_ofAnEmptyCluster_areUsedAndFaultsSkipped() throws IOException {
    try (ChildJvm child = run(List.of())) {
      assertThat(child.awaitLine("COUNTS"))
          .isEqualTo("COUNTS succeeded=3 aborted=2 failed=0 containersAborted=1");
    }
    assertThat(cluster.keyCount()).as("keys that the run has left").isZero();
    assertThat(cluster.member(0).state()).isEqualTo(MemberState.RUNNING);
  }

  @Test
  void endpoints_ofAClusterInUse_areRefusedAndNothingIsDeleted() throws IOException {
    cluster.etcdctl("put", "precious", "1");

    try (ChildJvm child = run(List.of())) {
      assertThat(child.awaitLine("COUNTS")).contains("succeeded=0");
      assertThat(child.awaitLine("FAILURE"))
          .contains("holds 1 key(s)")
          .contains("unset")
          .contains(cluster.endpoints().get(0));
    }
    assertThat(cluster.etcdctl("get", "precious", "--print-value-only")).isEqualTo("1\n");
  }

  @Test
  void endpoints_andForcedBackend_areRefused() throws IOException {
    try (ChildJvm child = run(List.of("-Dcoord.etcd=process"))) {
      assertThat(child.awaitLine("COUNTS")).contains("succeeded=0");
      assertThat(child.awaitLine("FAILURE")).contains("COORD_ENDPOINTS").contains("coord.etcd");
    }
  }

  @Test
  void etcdctl_userHasSettingsOfHisOwn_goesByTheClusters() throws IOException {
    Map<String, String> environment =
        Map.of(
            "COORD_ENDPOINTS", cluster.connectionString(),
            "ETCDCTL_ENDPOINTS", "http://127.0.0.1:1",
            "ETCDCTL_USER", "somebody:secret");
    try (ChildJvm child = ChildJvm.start(ExternalRun.class, environment, List.of())) {
      assertThat(child.awaitLine("COUNTS")).contains("succeeded=3 ");
    }
  }

  private ChildJvm run(List<String> options) throws IOException {
    return ChildJvm.start(
        ExternalRun.class, Map.of("COORD_ENDPOINTS", cluster.connectionString()), options);
  }
}
