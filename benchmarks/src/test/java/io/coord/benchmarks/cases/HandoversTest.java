package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class HandoversTest {

  private static final Duration SLOW = Duration.ofMillis(30);

  private final List<Long> gaps = new ArrayList<>();
  private final LongAdder callToGrant = new LongAdder();
  private final Handovers handovers = new Handovers(Duration.ofMillis(1), gaps::add, callToGrant);

  /** A lock whose two halves take a while or no time. */
  private record Slow(long token, Duration acquiring, Duration releasing) implements ExclusiveLock {

    @Override
    public long acquire() {
      LockSupport.parkNanos(acquiring.toNanos());
      return token;
    }

    @Override
    public void release() {
      LockSupport.parkNanos(releasing.toNanos());
    }
  }

  @Test
  void holdOnce_first_hasNoGap() throws InterruptedException {
    handovers.holdOnce(new Slow(1, SLOW, SLOW));

    assertThat(gaps).isEmpty();
  }

  @Test
  void holdOnce_next_countsFromTheReturnOfTheRelease() throws InterruptedException {
    handovers.holdOnce(new Slow(1, Duration.ZERO, SLOW));
    handovers.holdOnce(new Slow(2, SLOW, Duration.ZERO));

    assertThat(gaps).hasSize(1);
    assertThat(gaps.get(0)).isGreaterThanOrEqualTo(SLOW.toNanos() / 2);
    assertThat(callToGrant.sum()).isGreaterThan(gaps.get(0));
    assertThat(handovers.violations()).isZero();
  }

  @Test
  void holdOnce_tokenThatDoesNotRise_isAViolation() throws InterruptedException {
    handovers.holdOnce(new Slow(2, Duration.ZERO, Duration.ZERO));
    handovers.holdOnce(new Slow(2, Duration.ZERO, Duration.ZERO));

    assertThat(handovers.violations()).isEqualTo(1);
  }
}
