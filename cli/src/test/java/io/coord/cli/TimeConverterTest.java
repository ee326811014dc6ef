package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeConverterTest {

  @ParameterizedTest
  @CsvSource({"250ms, 250", "30s, 30000", "1.5s, 1500", "10, 10000", "2m, 120000", "1h, 3600000"})
  void convert_numberWithOrWithoutUnit_isATime(String text, long millis) {
    assertThat(new TimeConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1e3", "10 s", "1d", "ten"})
  void convert_anythingElse_saysWhatWouldBeRight(String text) {
    assertThatThrownBy(() -> new TimeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContainingAll("'" + text + "'", "10ms", "30s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999999h", "3000000h"})
  void convert_beyondWhatCanBeCounted_isRefused(String text) {
    assertThatThrownBy(() -> new TimeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("too long");
  }
}
