package io.coord.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordBuilderTest {

  private final CoordBuilder builder = Coord.builder();

  @Test
  void endpoints_listInOneString_isSplitAtCommas() {
    CoordConfig config = builder.endpoints("http://a:1,http://b:2", "c:3").build();

    assertThat(config.endpoints()).extracting(Endpoint::host).containsExactly("a", "b", "c");
  }

  @Test
  void build_withoutEndpoint_saysWhatIsExpected() {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no endpoint")
        .hasMessageContaining("http://127.0.0.1:2379");
  }

  @Test
  void build_withoutName_givesEachConnectionItsOwn() {
    builder.endpoints("a");

    assertThat(builder.build().name()).isNotEqualTo(builder.build().name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S"})
  void timeouts_notPositive_areRefusedWithTheValue(String text) {
    Duration value = Duration.parse(text);

    assertThatThrownBy(() -> builder.connectTimeout(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("connect timeout")
        .hasMessageContaining(text);
    assertThatThrownBy(() -> builder.requestTimeout(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("request timeout")
        .hasMessageContaining(text);
  }

  /** Many take the greatest duration there is for "no limit". */
  @Test
  void timeouts_withoutEnd_fitACountOfNanoseconds() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    CoordConfig config =
        builder.endpoints("a").connectTimeout(forever).requestTimeout(forever).build();

    assertThat(config.connectTimeout().toNanos()).isPositive();
    assertThat(config.requestTimeout().toNanos()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-5S", "PT1.5S", "PT0.5S", "PT9000000001S"})
  void sessionTtl_outOfBounds_isRefusedWithTheValueAndTheBounds(String text) {
    assertThatThrownBy(() -> builder.sessionTtl(Duration.parse(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Duration.parse(text).toString())
        .hasMessageContaining("from 1 to 9000000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"half \ud83d", "nul \0"})
  void name_thatNoKeyMayHave_isRefused(String name) {
    assertThatThrownBy(() -> builder.name(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the connection");
  }

  @Test
  void name_blank_isRefused() {
    assertThatThrownBy(() -> builder.name(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
  }

  @Test
  void tls_unreadableFile_isNamed() {
    assertThatThrownBy(() -> TlsConfig.trusting(Path.of("/nowhere/ca.pem")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/nowhere/ca.pem");
  }

  @Test
  void config_withCredentials_neverShowsThePassword() {
    CoordConfig config = builder.endpoints("a").credentials("root", "s3cret").build();

    assertThat(config.toString()).contains("root").doesNotContain("s3cret");
  }
}
