package io.coord.core.internal.session;

import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import java.time.Duration;
import java.util.Optional;

/*
 * The life of a session as one immutable value.
 *
 *              answered                       answered
 *            .---------.      2/3 of ttl     .---------.
 *            |         v     unanswered      v         |
 *            '------ ACTIVE ------------> SUSPENDED ---'
 *                      |                      |
 *                      |  deadline, lease gone
 *                      +----------+-----------+------> LOST
 *                      |                      |
 *                      '------- closed -------+------> CLOSED
 *
 * Invariants
 *  - deadline = send time of the last answered keep-alive + ttl - margin. The server extended the
 *    lease at some moment after that send, and counts the ttl from there: as long as both clocks run
 *    at about the same rate, which the margin covers, the deadline comes before the expiry.
 *  - An answer never moves the deadline back, and never revives a session whose deadline had passed
 *    when the answer came: between the two somebody may have been told that it is lost.
 *  - LOST and CLOSED are final.
 *
 * A lost reply to a keep-alive only means that the deadline stays where it was. A repeated one
 * extends the lease once more, and is dated from the send of the first copy. One that is refused, for a
 * token or by a proxy say, may be taken a moment later, and the lease is there until then: so it is tried
 * again until the deadline, and only the reason that is given then is another.
 */

/**
 * What is known of a session's lease.
 *
 * @param state what the session is
 * @param confirmedNanos the send time of the last answered keep-alive, on the scheduler's clock
 * @param ttl the time to live that etcd granted
 * @param refusal what etcd said when it refused a keep-alive, if it has answered none since
 * @param loss why it was lost; present exactly when {@code state} is LOST
 */
record Tenure(
    SessionState state,
    long confirmedNanos,
    Duration ttl,
    Optional<String> refusal,
    Optional<SessionLoss> loss) {

  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(1);

  /** What the members need, with etcd's default timing, to miss their leader and elect another. */
  private static final Duration ELECTION = Duration.ofMillis(3_500);

  static Tenure granted(long sentNanos, Duration ttl) {
    return active(sentNanos, ttl);
  }

  private static Tenure active(long confirmedNanos, Duration ttl) {
    return new Tenure(SessionState.ACTIVE, confirmedNanos, ttl, Optional.empty(), Optional.empty());
  }

  boolean isOver() {
    return state == SessionState.LOST || state == SessionState.CLOSED;
  }

  /** A keep-alive that was sent at {@code sentNanos} has been answered with this time to live. */
  Tenure answered(long sentNanos, Duration newTtl, long nowNanos) {
    Tenure current = at(nowNanos);
    if (current.isOver()) {
      return current;
    }
    long confirmed = sentNanos - confirmedNanos > 0 ? sentNanos : confirmedNanos;
    return active(confirmed, newTtl).at(nowNanos);
  }

  /** A keep-alive was refused. */
  Tenure refused(String why, long nowNanos) {
    Tenure current = at(nowNanos);
    return current.isOver()
        ? current
        : new Tenure(current.state, confirmedNanos, ttl, Optional.of(why), Optional.empty());
  }

  /** What the passing of time has made of it. */
  Tenure at(long nowNanos) {
    if (isOver()) {
      return this;
    }
    long unanswered = nowNanos - confirmedNanos;
    if (unanswered >= deadlineAfter().toNanos()) {
      return lost(
          refusal.isPresent() ? SessionLoss.Reason.REFUSED : SessionLoss.Reason.DEADLINE_PASSED,
          "no keep-alive was answered for "
              + Duration.ofNanos(unanswered).toMillis()
              + " ms, of a time to live of "
              + ttl.toSeconds()
              + " s"
              + refusal.map(why -> ", and etcd refused: " + why).orElse("")
              + "; its lease may expire at any moment");
    }
    if (unanswered >= suspendAfter().toNanos()) {
      return new Tenure(SessionState.SUSPENDED, confirmedNanos, ttl, refusal, loss);
    }
    return this;
  }

  Tenure lost(SessionLoss.Reason reason, String detail) {
    return isOver()
        ? this
        : new Tenure(
            SessionState.LOST,
            confirmedNanos,
            ttl,
            refusal,
            Optional.of(new SessionLoss(reason, detail)));
  }

  Tenure closed() {
    return isOver() ? this : new Tenure(SessionState.CLOSED, confirmedNanos, ttl, refusal, loss);
  }

  /** The time left until the deadline; zero when over. */
  Duration remaining(long nowNanos) {
    if (isOver()) {
      return Duration.ZERO;
    }
    Duration left = deadlineAfter().minusNanos(nowNanos - confirmedNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * How long after a loss nobody can tell a revocation from the lease's running out: until a server
   * that had heard of no keep-alive since the last answered one could have ended it, and at least
   * the time between the deadline and that, for whoever is told of the loss.
   */
  Duration untilRevocable(long nowNanos) {
    Duration left = ttl.minusNanos(nowNanos - confirmedNanos);
    Duration margin = ttl.minus(deadlineAfter());
    return left.compareTo(margin) < 0 ? margin : left;
  }

  /** How long until time alone changes the state. */
  Duration untilChange(long nowNanos) {
    Duration after = state == SessionState.ACTIVE ? suspendAfter() : deadlineAfter();
    return after.minusNanos(nowNanos - confirmedNanos);
  }

  /** How long until the next keep-alive is due; not positive when it is. */
  Duration untilKeepAlive(long nowNanos) {
    return keepAliveAfter().minusNanos(nowNanos - confirmedNanos);
  }

  /**
   * A third of the time to live; for a short one less, down to a fifth, so that an election of a
   * new leader can pass between the last answer and the deadline.
   */
  private Duration keepAliveAfter() {
    Duration spare = deadlineAfter().minus(ELECTION);
    Duration fifth = ttl.dividedBy(5);
    Duration third = ttl.dividedBy(3);
    return spare.compareTo(fifth) < 0 ? fifth : spare.compareTo(third) < 0 ? spare : third;
  }

  private Duration suspendAfter() {
    return ttl.multipliedBy(2).dividedBy(3);
  }

  private Duration deadlineAfter() {
    Duration tenth = ttl.dividedBy(10);
    return ttl.minus(tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN);
  }
}
