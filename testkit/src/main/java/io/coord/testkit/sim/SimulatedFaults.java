package io.coord.testkit.sim;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How good the weather is: how long messages take, how often each of them suffers a fault, how
 * often clients and server are disturbed. Immutable.
 */
public final class SimulatedFaults {

  private final Map<MessageFault, Double> probabilities;
  private final Map<Disturbance, Duration> intervals;
  private final Duration shortestDelay;
  private final Duration longestDelay;
  private final Duration longestDisturbance;

  private SimulatedFaults(
      Map<MessageFault, Double> probabilities,
      Map<Disturbance, Duration> intervals,
      Duration shortestDelay,
      Duration longestDelay,
      Duration longestDisturbance) {
    this.probabilities = probabilities;
    this.intervals = intervals;
    this.shortestDelay = shortestDelay;
    this.longestDelay = longestDelay;
    this.longestDisturbance = longestDisturbance;
  }

  /**
   * Nothing fails. Messages still take between 50 microseconds and 5 milliseconds each way, so that
   * they overtake each other.
   *
   * @return the profile
   */
  public static SimulatedFaults none() {
    return new SimulatedFaults(
        new EnumMap<>(MessageFault.class),
        new EnumMap<>(Disturbance.class),
        Duration.ofNanos(50_000),
        Duration.ofMillis(5),
        Duration.ofSeconds(20));
  }

  /**
   * Messages are lost, delayed, doubled and stalled; nothing else happens.
   *
   * @return the profile
   */
  public static SimulatedFaults lossy() {
    return none()
        .with(MessageFault.LOSE_REQUEST, 0.01)
        .with(MessageFault.LOSE_REPLY, 0.02)
        .with(MessageFault.DELAY_REPLY, 0.01)
        .with(MessageFault.DELAY_REQUEST, 0.01)
        .with(MessageFault.DUPLICATE_REQUEST, 0.02)
        .with(MessageFault.LAG, 0.1)
        .with(MessageFault.STALL_WATCH, 0.02);
  }

  /**
   * As {@link #lossy()}, and everything breaks that can break in operation. etcd keeps its promises
   * in it: a lease that is kept alive is never gone.
   *
   * @return the profile
   */
  public static SimulatedFaults stormy() {
    return lossy()
        .every(Disturbance.PARTITION, Duration.ofSeconds(60))
        .every(Disturbance.PAUSE, Duration.ofSeconds(60))
        .every(Disturbance.WATCH_BREAK, Duration.ofSeconds(20))
        .every(Disturbance.OUTAGE, Duration.ofSeconds(120))
        .every(Disturbance.LEADER_CHANGE, Duration.ofSeconds(90))
        .every(Disturbance.COMPACTION, Duration.ofSeconds(15));
  }

  /**
   * As {@link #stormy()}, and somebody revokes leases and deletes keys behind everybody's back. In
   * it a holder cannot know at once that it has lost its lock, so exclusion holds only for what is
   * guarded in etcd itself.
   *
   * @return the profile
   */
  public static SimulatedFaults hostile() {
    return stormy()
        .every(Disturbance.LEASE_REVOCATION, Duration.ofSeconds(30))
        .every(Disturbance.KEY_DELETION, Duration.ofSeconds(30));
  }

  /**
   * Sets how often a message suffers a fault.
   *
   * @param fault the fault
   * @param probability from 0, for never, to 1, for always
   * @return the changed profile
   * @throws IllegalArgumentException when the probability is not one
   */
  public SimulatedFaults with(MessageFault fault, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "the probability of " + fault + " is " + probability + "; expected 0 to 1");
    }
    Map<MessageFault, Double> changed = new EnumMap<>(probabilities);
    changed.put(fault, probability);
    return new SimulatedFaults(changed, intervals, shortestDelay, longestDelay, longestDisturbance);
  }

  /**
   * Sets how often a disturbance happens: anywhere, not per client.
   *
   * @param disturbance the disturbance
   * @param meanInterval the mean time between two of them
   * @return the changed profile
   * @throws IllegalArgumentException when the interval is not positive
   */
  public SimulatedFaults every(Disturbance disturbance, Duration meanInterval) {
    if (meanInterval.isZero() || meanInterval.isNegative()) {
      throw new IllegalArgumentException(
          "the interval of " + disturbance + " is " + meanInterval + "; expected a positive one");
    }
    Map<Disturbance, Duration> changed = new EnumMap<>(intervals);
    changed.put(disturbance, meanInterval);
    return new SimulatedFaults(
        probabilities, changed, shortestDelay, longestDelay, longestDisturbance);
  }

  /**
   * Makes every disturbance come more often: for scenarios that last only seconds.
   *
   * @param factor how many times as often, from 1 on
   * @return the changed profile
   * @throws IllegalArgumentException when the factor is not positive
   */
  public SimulatedFaults timesAsOften(int factor) {
    if (factor <= 0) {
      throw new IllegalArgumentException(
          "disturbances are to come " + factor + " times as often; expected at least 1");
    }
    Map<Disturbance, Duration> changed = new EnumMap<>(intervals);
    changed.replaceAll((disturbance, interval) -> interval.dividedBy(factor));
    return new SimulatedFaults(
        probabilities, changed, shortestDelay, longestDelay, longestDisturbance);
  }

  /**
   * Takes a disturbance out.
   *
   * @param disturbance what must not happen
   * @return the changed profile
   */
  public SimulatedFaults without(Disturbance disturbance) {
    Map<Disturbance, Duration> changed = new EnumMap<>(intervals);
    changed.remove(disturbance);
    return new SimulatedFaults(
        probabilities, changed, shortestDelay, longestDelay, longestDisturbance);
  }

  /**
   * Sets how long a message takes one way when nothing is wrong. Most take little more than the
   * shortest time.
   *
   * @param shortest the shortest time
   * @param longest the longest time
   * @return the changed profile
   * @throws IllegalArgumentException when they are negative or in the wrong order
   */
  public SimulatedFaults delays(Duration shortest, Duration longest) {
    if (shortest.isNegative() || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException(
          "messages take from " + shortest + " to " + longest + "; expected 0 or more, in order");
    }
    return new SimulatedFaults(probabilities, intervals, shortest, longest, longestDisturbance);
  }

  /**
   * Sets how long a partition, pause, outage or delayed message lasts at most; 20 seconds unless
   * set.
   *
   * @param longest the longest time
   * @return the changed profile
   * @throws IllegalArgumentException when it is not positive
   */
  public SimulatedFaults lastingUpTo(Duration longest) {
    if (longest.isZero() || longest.isNegative()) {
      throw new IllegalArgumentException(
          "disturbances last up to " + longest + "; expected a positive duration");
    }
    return new SimulatedFaults(probabilities, intervals, shortestDelay, longestDelay, longest);
  }

  double probability(MessageFault fault) {
    return probabilities.getOrDefault(fault, 0.0);
  }

  Optional<Duration> interval(Disturbance disturbance) {
    return Optional.ofNullable(intervals.get(disturbance));
  }

  Duration shortestDelay() {
    return shortestDelay;
  }

  Duration longestDelay() {
    return longestDelay;
  }

  Duration longestDisturbance() {
    return longestDisturbance;
  }

  /** The same delays, and nothing that goes wrong. */
  SimulatedFaults calmed() {
    return none().delays(shortestDelay, longestDelay);
  }

  @Override
  public String toString() {
    return "messages " + probabilities + ", disturbances " + intervals;
  }
}
