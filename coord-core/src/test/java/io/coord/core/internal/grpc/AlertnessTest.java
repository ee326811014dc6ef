package io.coord.core.internal.grpc;

import static io.grpc.netty.shaded.io.netty.channel.SelectStrategy.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.AdaptiveSpin;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlertnessTest {

  private static final long LOOK = 1_000;

  private long now;
  private int events;
  private final Alertness alertness =
      new Alertness(spin(Alertness.LONGEST_FOR_ANSWERS), spin(Alertness.LONGEST_FOR_REQUESTS));

  @Test
  void calculateStrategy_nothingLearned_sleepsAtOnce() throws Exception {
    assertThat(ask()).isEqualTo(SELECT);
  }

  @Test
  void calculateStrategy_tasksWait_neverSleeps() throws Exception {
    assertThat(alertness.calculateStrategy(() -> 0, true)).isZero();
  }

  @Test
  void calculateStrategy_shortPauses_spinsUntilTheNextEvent() throws Exception {
    pausesOf(80_000);
    assertThat(sleepsWithin(80_000)).isFalse();

    events = 1;
    assertThat(ask()).isEqualTo(1);
  }

  @Test
  void calculateStrategy_nothingComesAfterShortPauses_sleepsAfterTheSpin() throws Exception {
    pausesOf(80_000);
    assertThat(sleepsWithin(2 * Alertness.LONGEST_FOR_REQUESTS.toNanos())).isTrue();
  }

  @Test
  void calculateStrategy_longPauses_stopsSpinning() throws Exception {
    pausesOf(80_000);
    pausesOf(3_000_000);
    assertThat(ask()).isEqualTo(SELECT);
  }

  @Test
  void calculateStrategy_answersComeLateButRequestsSoon_spinsForRequestsOnly() throws Exception {
    for (int i = 0; i < 10; i++) {
      alertness.answerDue();
      pausesOf(3_000_000);
      alertness.answerDueNoMore();
      pausesOf(80_000);
    }
    assertThat(sleepsWithin(80_000)).isFalse();
    events = 1;
    ask();
    events = 0;

    alertness.answerDue();
    assertThat(ask()).isEqualTo(SELECT);
  }

  private AdaptiveSpin spin(Duration most) {
    return AdaptiveSpin.on(4, most, () -> now);
  }

  /** Some idle periods that an event ends, each at its time whether the loop sleeps or spins. */
  private void pausesOf(long length) throws Exception {
    for (int i = 0; i < 10; i++) {
      long begin = now;
      while (now - begin < length && ask() != SELECT) {
        now += LOOK;
      }
      now = begin + length;
      events = 1;
      ask();
      events = 0;
    }
  }

  private boolean sleepsWithin(long length) throws Exception {
    long begin = now;
    while (now - begin < length) {
      if (ask() == SELECT) {
        return true;
      }
      now += LOOK;
    }
    return false;
  }

  private int ask() throws Exception {
    return alertness.calculateStrategy(() -> events, false);
  }
}
