package io.coord.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:2379, http://127.0.0.1:2379",
    "https://etcd.example:4001, https://etcd.example:4001",
    "HTTP://etcd.example/, http://etcd.example:2379",
    "etcd-1:2380, http://etcd-1:2380",
    "' etcd-1 ', http://etcd-1:2379",
    "http://[::1]:2379, http://[::1]:2379",
    "http://app_etcd_1:4001, http://app_etcd_1:4001",
    "etcd_1, http://etcd_1:2379",
  })
  void parse_wellFormed_givesEndpoint(String text, String expected) {
    assertThat(Endpoint.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app:sesame@host:2379",
        "app:sesame@host",
        "app:se@sesame@host:2379",
        "ftp://app:sesame@host",
        "http://app:sesame@ho st"
      })
  void parse_withAUserAndAPassword_isRefusedWithoutShowingThem(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("***@ho")
        .satisfies(failure -> assertThat(traceOf(failure)).doesNotContain("sesame"));
  }

  private static String traceOf(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void parse_unknownScheme_namesItAndWhatIsExpected() {
    assertThatThrownBy(() -> Endpoint.parse("ftp://host:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"ftp\"")
        .hasMessageContaining("http://HOST:PORT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "http://",
        "http://host:0",
        "http://host:65536",
        "http://host/path",
        "http://user@host:1",
        "http://host:1?q",
        "ho st:1",
        "http://host:port",
        "http://ho_st:port",
        "http://ho_st:65536",
        "http://300.1.1.1:2379"
      })
  void parse_malformed_isRefusedWithWhatIsExpected(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected http://HOST:PORT");
  }
}
