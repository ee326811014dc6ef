package io.coord.core.internal.grpc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long the store waits for what, in nanoseconds.
 *
 * <p>A frozen member is left after {@link #OVERDUE} or {@link #STREAM_SILENCE}, then {@link
 * #PROBE_SILENCE}, and at most two sweeps: within 1.7 seconds.
 */
final class Timing {

  /** An answer that takes longer makes us ask whether the member lives. */
  static final long OVERDUE = Duration.ofMillis(600).toNanos();

  /** A member that says nothing for this long while streams are open is asked likewise. */
  static final long STREAM_SILENCE = Duration.ofMillis(850).toNanos();

  /** A member that says nothing for this long after it was asked is taken for frozen. */
  static final long PROBE_SILENCE = Duration.ofMillis(600).toNanos();

  /** The same while the connection is being made: name lookup, handshakes and the first answer. */
  static final long CONNECT_SILENCE = Duration.ofSeconds(3).toNanos();

  /** How long a connection that the member ends may take to answer what is pending on it. */
  static final long FAREWELL = Duration.ofSeconds(2).toNanos();

  /** A member that knows of no leader for this long while others do is cut off from them. */
  static final long CUT_OFF = Duration.ofMillis(300).toNanos();

  /** A member that knows of no leader for this long is left even when no other does. */
  static final long LONGEST_ELECTION = Duration.ofSeconds(5).toNanos();

  /** What a new leader needs, generously, to answer what the old one had passed on to it. */
  static final long LEADER_CHANGE_GRACE = Duration.ofMillis(200).toNanos();

  /** How long after a loss of a member or a leader the others are watched closely. */
  static final long ALERT = Duration.ofSeconds(4).toNanos();

  static final long FOREVER = Duration.ofDays(365).toNanos();

  private static final Duration FIRST_RETRY = Duration.ofMillis(20);

  private Timing() {}

  /** How closely pending answers are watched. */
  enum Watchfulness {
    CALM(Duration.ofMillis(250)),
    /** A member or a leader was lost a moment ago: a call may hang on its way to the old leader. */
    ALERT(Duration.ofMillis(100));

    private final long probeInterval;

    Watchfulness(Duration probeInterval) {
      this.probeInterval = probeInterval.toNanos();
    }

    long probeInterval() {
      return probeInterval;
    }
  }

  /** The wait before a repetition: doubles with every failure up to the limit; half is chance. */
  static Duration backOff(int failures, Duration limit) {
    long doubled = FIRST_RETRY.toNanos() << Math.min(failures, 10);
    long wait = Math.min(doubled, limit.toNanos());
    return Duration.ofNanos(wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
  }
}
