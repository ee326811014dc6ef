package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;

class TimingTest {

  private static final Duration LIMIT = Duration.ofMillis(500);

  @RepeatedTest(20)
  void backOff_growsWithFailuresUpToTheLimit() {
    assertThat(Timing.backOff(0, LIMIT)).isBetween(Duration.ofMillis(10), Duration.ofMillis(20));
    assertThat(Timing.backOff(3, LIMIT)).isBetween(Duration.ofMillis(80), Duration.ofMillis(160));
    assertThat(Timing.backOff(1_000_000, LIMIT)).isBetween(Duration.ofMillis(250), LIMIT);
  }
}
