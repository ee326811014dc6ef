package io.coord.election.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.election.LeaderRunnerOptions;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunnerPauseTest {

  private static final LeaderRunnerOptions OPTIONS =
      LeaderRunnerOptions.defaults().withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final RunnerPause pause = new RunnerPause(OPTIONS, new SplittableRandom(1));

  @Test
  void next_failuresInARow_doublesUpToTheCapAndIsNeverLessThanHalf() {
    for (long bound : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      assertThat(pause.next()).isBetween(Duration.ofMillis(bound / 2), Duration.ofMillis(bound));
    }
  }

  @Test
  void next_upToAThousandFailures_staysBelowTheCapAndNeverBeginsAnew() {
    assertThat(Stream.generate(pause::next).limit(1_000).skip(10))
        .allSatisfy(
            next -> assertThat(next).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1)));
  }

  @Test
  void next_severalRunners_differ() {
    RunnerPause other = new RunnerPause(OPTIONS, new SplittableRandom(2));

    assertThat(pause.next()).isNotEqualTo(other.next());
  }

  @Test
  void reset_afterFailures_beginsAnew() {
    pause.next();
    pause.next();
    pause.reset();

    assertThat(pause.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  void options_longerThanCanBeCounted_areACentury() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    LeaderRunnerOptions options =
        LeaderRunnerOptions.defaults().withStopTimeout(endless).withBackoff(endless, endless);

    assertThat(options.stopTimeout().toNanos()).isPositive();
    assertThat(new RunnerPause(options, new SplittableRandom(1)).next()).isPositive();
  }

  @Test
  void options_outOfRange_areRefusedByName() {
    LeaderRunnerOptions options = LeaderRunnerOptions.defaults();

    assertThatThrownBy(() -> options.withTtl(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withStopTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stop timeout");
    assertThatThrownBy(() -> options.withBackoff(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base of the backoff");
    assertThatThrownBy(() -> options.withBackoff(Duration.ofSeconds(1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cap of the backoff");
  }
}
