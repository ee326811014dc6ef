package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdaptiveSpinTest {

  private static final long MOST = 200_000;

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
  private final AdaptiveSpin spin = AdaptiveSpin.on(4, Duration.ofNanos(MOST), clock::get);

  @Test
  void nanos_beforeAnyWait_isNothing() {
    assertThat(spin.nanos()).isZero();
  }

  @Test
  void waited_shortTimesAgainAndAgain_growsUntilItCoversThem() {
    for (int i = 0; i < 10; i++) {
      spin.waited(90_000);
    }
    assertThat(spin.nanos()).isBetween(90_000L, 180_000L);
  }

  @Test
  void waited_justTheMost_neverGrowsBeyondIt() {
    for (int i = 0; i < 10; i++) {
      spin.waited(MOST);
    }
    assertThat(spin.nanos()).isEqualTo(MOST);
  }

  @Test
  void waited_longTimes_shrinksToNothing() {
    spin.waited(90_000);
    spin.waited(90_000);
    for (int i = 0; i < 4; i++) {
      spin.waited(MOST + 1);
    }
    assertThat(spin.nanos()).isZero();
  }

  @Test
  void lookedAfter_heldUp_doesNotSpinForAWhile() {
    spin.waited(90_000);
    spin.lookedAfter(150_000);
    assertThat(spin.nanos()).isPositive();

    spin.lookedAfter(Duration.ofMillis(3).toNanos());
    spin.waited(90_000);
    assertThat(spin.nanos()).isZero();

    clock.addAndGet(Duration.ofMillis(21).toNanos());
    spin.waited(90_000);
    assertThat(spin.nanos()).isPositive();
  }

  @Test
  void waited_onFewProcessors_neverSpins() {
    AdaptiveSpin none = AdaptiveSpin.on(3, Duration.ofNanos(MOST), clock::get);
    none.waited(10_000);
    assertThat(none.nanos()).isZero();
  }
}
