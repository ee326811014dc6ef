package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class AnswerLogTest {

  private final AnswerLog log = new AnswerLog();

  @Test
  void longestGap_gapThatHasNotEnded_counts() {
    log.sent();
    log.succeeded();
    log.watchGapsFromNow();
    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());

    assertThat(log.longestGap()).isGreaterThanOrEqualTo(Duration.ofMillis(40));
  }

  @Test
  void failed_doesNotEndAGap() {
    log.sent();
    log.watchGapsFromNow();
    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    log.failed(new IllegalStateException("refused"));

    assertThat(log.longestGap()).isGreaterThanOrEqualTo(Duration.ofMillis(40));
    assertThat(log.failures()).isEqualTo(1);
    assertThat(log.successes()).isZero();
  }
}
