package io.coord.testkit.internal.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.testkit.EtcdClusterException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdVersionTest {

  @Test
  void asked_property_goesBeforeTheEnvironment() {
    Map<String, String> environment = Map.of("COORD_ETCD_VERSION", "3.5");

    assertThat(EtcdVersion.asked(Optional.of("3.4"), environment)).contains(new EtcdVersion("3.4"));
    assertThat(EtcdVersion.asked(Optional.of(" "), environment)).contains(new EtcdVersion("3.5"));
    assertThat(EtcdVersion.asked(Optional.empty(), Map.of())).isEmpty();
  }

  @Test
  void covers_seriesOrRelease_nothingElse() {
    assertThat(new EtcdVersion("3.4").covers("3.4.23")).isTrue();
    assertThat(new EtcdVersion("3.4").covers("3.40.1")).isFalse();
    assertThat(new EtcdVersion("3.4.2").covers("3.4.23")).isFalse();
    assertThat(new EtcdVersion("3.4.23").covers("3.4.23")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "v3.4", "newest", "3.4.23.1"})
  void version_thatIsNone_isRefusedWithWhatIsRight(String name) {
    assertThatThrownBy(() -> new EtcdVersion(name))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("such as 3.4");
  }
}
