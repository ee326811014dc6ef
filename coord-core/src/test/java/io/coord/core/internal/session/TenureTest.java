package io.coord.core.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TenureTest {

  private static final Duration TTL = Duration.ofSeconds(6);

  private final Tenure tenure = Tenure.granted(0, TTL);

  @Test
  void at_twoThirdsUnanswered_isSuspended() {
    assertThat(tenure.at(seconds(3.9)).state()).isEqualTo(SessionState.ACTIVE);
    assertThat(tenure.at(seconds(4)).state()).isEqualTo(SessionState.SUSPENDED);
  }

  @Test
  void at_marginBeforeTheTtl_isLostWithTheReason() {
    assertThat(tenure.at(seconds(5.3)).state()).isEqualTo(SessionState.SUSPENDED);

    Tenure late = tenure.at(seconds(5.4));

    assertThat(late.state()).isEqualTo(SessionState.LOST);
    assertThat(late.loss().orElseThrow().reason()).isEqualTo(SessionLoss.Reason.DEADLINE_PASSED);
    assertThat(late.remaining(seconds(5.4))).isZero();
  }

  @Test
  void at_longTtl_keepsAMarginOfOneSecond() {
    Tenure longLived = Tenure.granted(0, Duration.ofSeconds(60));

    assertThat(longLived.remaining(0)).isEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void answered_inTime_isDatedFromTheSend() {
    Tenure extended = tenure.answered(seconds(2), TTL, seconds(5));

    assertThat(extended.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(extended.remaining(seconds(5))).isEqualTo(Duration.ofMillis(2_400));
  }

  @Test
  void answered_afterTheDeadline_staysLost() {
    Tenure extended = tenure.answered(seconds(5.3), TTL, seconds(5.5));

    assertThat(extended.state()).isEqualTo(SessionState.LOST);
  }

  @Test
  void answered_whileSuspended_isActiveAgain() {
    Tenure suspended = tenure.at(seconds(4.5));

    assertThat(suspended.answered(seconds(4.2), TTL, seconds(4.6)).state())
        .isEqualTo(SessionState.ACTIVE);
  }

  @Test
  void answered_withALateAnswerToAnOldSend_staysSuspended() {
    Tenure suspended = tenure.at(seconds(4.5));

    assertThat(suspended.answered(seconds(0.1), TTL, seconds(4.6)).state())
        .isEqualTo(SessionState.SUSPENDED);
  }

  @Test
  void answered_outOfOrder_doesNotMoveTheDeadlineBack() {
    Tenure extended =
        tenure.answered(seconds(3), TTL, seconds(3.1)).answered(seconds(1), TTL, seconds(3.2));

    assertThat(extended.remaining(seconds(3))).isEqualTo(Duration.ofMillis(5_400));
  }

  @Test
  void over_onceLost_cannotBeClosedOrAnswered() {
    Tenure lost = tenure.lost(SessionLoss.Reason.LEASE_GONE, "gone");

    assertThat(lost.closed()).isEqualTo(lost);
    assertThat(lost.answered(seconds(1), TTL, seconds(1))).isEqualTo(lost);
  }

  @Test
  void clock_thatIsNegativeOrWrapsAround_makesNoDifference() {
    long origin = Long.MAX_VALUE - seconds(1);
    Tenure wrapping = Tenure.granted(origin, TTL);

    assertThat(wrapping.at(origin + seconds(3.9)).state()).isEqualTo(SessionState.ACTIVE);
    assertThat(wrapping.at(origin + seconds(5.4)).state()).isEqualTo(SessionState.LOST);
  }

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }
}
