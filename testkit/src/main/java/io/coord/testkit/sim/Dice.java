package io.coord.testkit.sim;

import java.time.Duration;
import java.util.List;

/**
 * The only source of chance in a simulation.
 *
 * <p>The generator (SplitMix64) is written out here, and everything is derived from it by integer
 * and strict floating-point arithmetic, so that a seed means the same on every JDK.
 */
final class Dice {

  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  Dice(long seed) {
    state = seed;
  }

  long anyLong() {
    state += STEP;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** At least 0 and less than 1. */
  double fraction() {
    return (anyLong() >>> 11) * 0x1p-53;
  }

  boolean chance(double probability) {
    return probability > 0 && fraction() < probability;
  }

  /** At least 0 and less than {@code bound}. */
  int below(int bound) {
    return (int) ((anyLong() >>> 33) % bound);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Nanoseconds, evenly spread between two durations. */
  long between(Duration shortest, Duration longest) {
    return spread(shortest, longest, fraction());
  }

  /** Nanoseconds, mostly near the shortest, with a tail that reaches the longest. */
  long mostlyShort(Duration shortest, Duration longest) {
    double u = fraction();
    return spread(shortest, longest, u * u * u);
  }

  private static long spread(Duration shortest, Duration longest, double u) {
    long from = shortest.toNanos();
    return from + (long) ((longest.toNanos() - from) * u);
  }
}
