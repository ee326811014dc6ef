package io.coord.testkit.internal.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdImageTest {

  @Test
  void of_variable_comesBeforeTheOfficialImage() {
    assertThat(EtcdImage.of(Map.of("COORD_ETCD_IMAGE", "coord/etcd:3.5")).name())
        .isEqualTo("coord/etcd:3.5");
    assertThat(EtcdImage.of(Map.of()).name()).isEqualTo("quay.io/coreos/etcd:v3.5.16");
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
