package io.coord.testkit.internal.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.provision.EtcdVersion;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdImageTest {

  @Test
  void of_variable_comesBeforeTheOfficialImage() {
    assertThat(of(Map.of("COORD_ETCD_IMAGE", "coord/etcd:3.5"), "").name())
        .isEqualTo("coord/etcd:3.5");
    assertThat(of(Map.of(), "").name()).isEqualTo("quay.io/coreos/etcd:v3.5.16");
  }

  @ParameterizedTest
  @CsvSource({"3.4, 3.4.34", "3.5, 3.5.16", "3.4.23, 3.4.23"})
  void of_versionAskedFor_isTheOfficialImageOfIt(String asked, String release) {
    assertThat(of(Map.of(), asked).name()).isEqualTo("quay.io/coreos/etcd:v" + release);
  }

  @Test
  void of_versionAskedFor_refusesAnImageOfAnother() {
    Map<String, String> environment = Map.of("COORD_ETCD_IMAGE", "coord/etcd:3.5");

    assertThat(of(environment, "3.5").name()).isEqualTo("coord/etcd:3.5");
    assertThatThrownBy(() -> of(environment, "3.4"))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("coord/etcd:3.5")
        .hasMessageContaining("3.4");
    assertThatThrownBy(() -> of(Map.of(), "4.0")).hasMessageContaining("no image of etcd 4.0");
  }

  private static EtcdImage of(Map<String, String> environment, String asked) {
    return EtcdImage.of(
        environment, Optional.of(asked).filter(one -> !one.isEmpty()).map(EtcdVersion::new));
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io/coreos/etcd:v3.5.16, 3.5.16",
    "coord/etcd:3.5, 3.5",
    "registry.example:5000/etcd:3.4.23, 3.4.23",
    "registry.example:5000/etcd, 3.5",
    "etcd:latest, 3.5"
  })
  void version_isReadFromTheTag(String name, String version) {
    assertThat(new EtcdImage(name).version()).isEqualTo(version);
  }
}
