package io.coord.election;

import io.coord.core.internal.SessionTtl;
import io.coord.core.internal.Timeouts;
import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link LeaderRunner} goes about it. Immutable; begin with {@link #defaults()}.
 *
 * @param ttl the time to live of its session, which is how long a dead leader is waited for; empty
 *     for that of the connection
 * @param stopTimeout how long the work may take to end once it was told to stop: then the log says
 *     so, and {@link LeaderRunner#close()} waits no longer
 * @param backoffBase the longest pause after the first failure; it doubles with every further one
 * @param backoffCap the longest pause after any failure. Each pause is drawn at random between half
 *     of its longest and that
 */
public record LeaderRunnerOptions(
    Optional<Duration> ttl, Duration stopTimeout, Duration backoffBase, Duration backoffCap) {

  private static final LeaderRunnerOptions DEFAULTS =
      new LeaderRunnerOptions(
          Optional.empty(), Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(10));

  /**
   * Checks the values.
   *
   * @param ttl as a session's: whole seconds, at least 1
   * @param stopTimeout zero or positive
   * @param backoffBase positive
   * @param backoffCap positive
   * @throws IllegalArgumentException when one is out of its range, naming it
   */
  public LeaderRunnerOptions {
    ttl.ifPresent(SessionTtl::check);
    if (stopTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "the stop timeout is " + stopTimeout + "; expected zero or a positive duration");
    }
    requirePositive("base of the backoff", backoffBase);
    requirePositive("cap of the backoff", backoffCap);
    stopTimeout = Timeouts.check(stopTimeout);
    backoffBase = Timeouts.check(backoffBase);
    backoffCap = Timeouts.check(backoffCap);
  }

  /**
   * The settings for most uses: the connection's time to live, 10 seconds for the work to stop, and
   * pauses of 0.2 to 10 seconds at most.
   *
   * @return the settings
   */
  public static LeaderRunnerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the time to live of the session.
   *
   * @param newTtl whole seconds, at least 1
   * @return new settings
   * @throws IllegalArgumentException when etcd could not grant it
   */
  public LeaderRunnerOptions withTtl(Duration newTtl) {
    return new LeaderRunnerOptions(Optional.of(newTtl), stopTimeout, backoffBase, backoffCap);
  }

  /**
   * Sets how long the work may take to stop.
   *
   * @param timeout zero or positive
   * @return new settings
   * @throws IllegalArgumentException when it is negative
   */
  public LeaderRunnerOptions withStopTimeout(Duration timeout) {
    return new LeaderRunnerOptions(ttl, timeout, backoffBase, backoffCap);
  }

  /**
   * Sets the pauses after failures.
   *
   * @param base the longest pause after the first failure
   * @param cap the longest pause after any failure
   * @return new settings
   * @throws IllegalArgumentException when one is not positive
   */
  public LeaderRunnerOptions withBackoff(Duration base, Duration cap) {
    return new LeaderRunnerOptions(ttl, stopTimeout, base, cap);
  }

  private static void requirePositive(String what, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; expected a positive duration");
    }
  }
}
