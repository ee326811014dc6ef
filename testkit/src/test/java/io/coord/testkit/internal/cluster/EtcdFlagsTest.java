package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.EtcdTls;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdFlagsTest {

  private static final String NO_SYNC = "--unsafe-no-fsync";

  @Test
  void identity_ofSecondMember_namesAllMembers() {
    ClusterSpec spec = new ClusterSpec("token", 2, List.of(), Optional.empty());

    assertThat(new EtcdFlags("etcd").identity(spec, 1, i -> "http://p" + i).with(List.of()))
        .containsExactly(
            "etcd",
            "--name=m1",
            "--initial-advertise-peer-urls=http://p1",
            "--initial-cluster=m0=http://p0,m1=http://p1",
            "--initial-cluster-token=token",
            "--initial-cluster-state=new");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5.16, true",
    "v3.5, true",
    "3.6.0, true",
    "4.0, true",
    "3.4.23, false",
    "x, false"
  })
  void withoutSync_onlyWhereTheFlagExists(String version, boolean expected) {
    assertThat(new EtcdFlags("etcd").withoutSync(version).with(List.of()).contains(NO_SYNC))
        .isEqualTo(expected);
  }

  @Test
  void tls_mutual_asksForClientCertificates() {
    EtcdTls tls = EtcdTls.mutual(Path.of("/c.pem"), Path.of("/k.pem"), Path.of("/ca.pem"));
    ClusterSpec spec = new ClusterSpec("token", 1, List.of(), Optional.of(tls));

    assertThat(new EtcdFlags("etcd").tls(spec, file -> "/placed" + file).with(List.of()))
        .contains(
            "--cert-file=/placed/c.pem",
            "--key-file=/placed/k.pem",
            "--trusted-ca-file=/placed/ca.pem",
            "--client-cert-auth");
    assertThat(spec.clientScheme()).isEqualTo("https");
  }

  @Test
  void with_flagsOfTheTest_comeLast() {
    assertThat(new EtcdFlags("etcd").flag("a", "1").with(List.of("--a=2")))
        .containsExactly("etcd", "--a=1", "--a=2");
  }
}
