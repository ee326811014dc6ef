package io.coord.benchmarks;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the user asked for. What is empty was not given, and the case decides.
 *
 * @param endpoints the cluster to measure; none for a throw-away one
 * @param workers how many workers, or requests in flight: one measurement for each entry
 * @param seconds how long each measurement takes
 * @param warmup how long the same load runs before each measurement
 * @param rounds how often a case that repeats itself does so
 * @param items how many sessions, items or waiters
 * @param depth how many items lie in a queue beforehand
 * @param priorities how many priorities a priority queue is given
 * @param accounts how many accounts the bank has
 * @param hold how long something is held
 * @param readPercent how many of a hundred operations only read
 */
public record BenchOptions(
    List<String> endpoints,
    List<Integer> workers,
    Optional<Duration> seconds,
    Optional<Duration> warmup,
    OptionalInt rounds,
    OptionalInt items,
    OptionalInt depth,
    OptionalInt priorities,
    OptionalInt accounts,
    Optional<Duration> hold,
    OptionalInt readPercent) {

  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration WARMUP = Duration.ofSeconds(5);

  public BenchOptions {
    endpoints = List.copyOf(endpoints);
    workers = List.copyOf(workers);
    workers.forEach(count -> requireAtLeast(Flag.WORKERS, count, 1));
    requirePositive(Flag.SECONDS, seconds);
    requireNotNegative(Flag.WARMUP, warmup);
    rounds.ifPresent(count -> requireAtLeast(Flag.ROUNDS, count, 1));
    items.ifPresent(count -> requireAtLeast(Flag.ITEMS, count, 1));
    depth.ifPresent(count -> requireAtLeast(Flag.DEPTH, count, 0));
    priorities.ifPresent(count -> requireAtLeast(Flag.PRIORITIES, count, 1));
    accounts.ifPresent(count -> requireAtLeast(Flag.ACCOUNTS, count, 2));
    requireNotNegative(Flag.HOLD, hold);
    readPercent.ifPresent(percent -> requireInRange(Flag.READ, percent, 0, 100));
  }

  /** Nothing was given. */
  public static BenchOptions defaults() {
    return new BenchOptions(
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }

  /** How long each measurement takes: 10 s unless given. */
  public Duration measured() {
    return seconds.orElse(MEASURED);
  }

  /** How long the load runs before each measurement: 5 s unless given. */
  public Duration warmedUp() {
    return warmup.orElse(WARMUP);
  }

  /** The numbers of workers to measure with. */
  public List<Integer> workersOr(Integer... usual) {
    return workers.isEmpty() ? List.of(usual) : workers;
  }

  /** The flags that were given. */
  public Set<Flag> given() {
    Set<Flag> given = EnumSet.noneOf(Flag.class);
    add(given, Flag.ENDPOINTS, !endpoints.isEmpty());
    add(given, Flag.WORKERS, !workers.isEmpty());
    add(given, Flag.SECONDS, seconds.isPresent());
    add(given, Flag.WARMUP, warmup.isPresent());
    add(given, Flag.ROUNDS, rounds.isPresent());
    add(given, Flag.ITEMS, items.isPresent());
    add(given, Flag.DEPTH, depth.isPresent());
    add(given, Flag.PRIORITIES, priorities.isPresent());
    add(given, Flag.ACCOUNTS, accounts.isPresent());
    add(given, Flag.HOLD, hold.isPresent());
    add(given, Flag.READ, readPercent.isPresent());
    return given;
  }

  private static void add(Set<Flag> given, Flag flag, boolean present) {
    if (present) {
      given.add(flag);
    }
  }

  private static void requireAtLeast(Flag flag, int value, int least) {
    requireInRange(flag, value, least, Integer.MAX_VALUE);
  }

  private static void requireInRange(Flag flag, int value, int least, int most) {
    if (value < least || value > most) {
      String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new IllegalArgumentException(flag.option() + " is " + value + "; expected " + range);
    }
  }

  private static void requirePositive(Flag flag, Optional<Duration> value) {
    if (value.isPresent() && (value.get().isNegative() || value.get().isZero())) {
      throw new IllegalArgumentException(
          flag.option() + " is " + value.get() + "; expected more than zero");
    }
  }

  private static void requireNotNegative(Flag flag, Optional<Duration> value) {
    if (value.isPresent() && value.get().isNegative()) {
      throw new IllegalArgumentException(
          flag.option() + " is " + value.get() + "; expected zero or more");
    }
  }
}
