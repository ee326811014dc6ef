package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

  @Test
  void check_negative_namesItAndWhatIsExpected() {
    assertThatThrownBy(() -> Timeouts.check(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S")
        .hasMessageContaining("expected zero or a positive duration");
  }

  @Test
  void check_zero_isATimeout() {
    assertThat(Timeouts.check(Duration.ZERO)).isZero();
  }

  @Test
  void check_longerThanNanosecondsCanCount_isCutToWhatFits() {
    Duration longest = Timeouts.check(Duration.ofSeconds(Long.MAX_VALUE));

    assertThatCode(longest::toNanos).doesNotThrowAnyException();
    assertThat(longest).isGreaterThan(Duration.ofDays(36_000));
  }
}
