package io.coord.benchmarks;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the user asked for. Where nothing was given, the case decides.
 *
 * @param endpoints the cluster to measure; none for a throw-away one
 * @param workers how many workers, or requests in flight: one measurement for each entry
 * @param numbers what was given for flags that take a number
 * @param times what was given for flags that take a time
 * @param threads what the workers run on, if it was given
 */
public record BenchOptions(
    List<String> endpoints,
    List<Integer> workers,
    Map<Flag, Integer> numbers,
    Map<Flag, Duration> times,
    Optional<WorkerThreads> threads) {

  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration MEASURED_IN_TURN = Duration.ofMillis(1500);
  private static final Duration WARMUP_IN_TURN = Duration.ofSeconds(1);

  /** A JVM that runs a load that is new to it takes 5 to 8 s until it has compiled the code. */
  private static final Duration WARMUP = Duration.ofSeconds(8);

  /** With the warm-up of the first round it is nearly as long. */
  private static final Duration REHEARSAL = Duration.ofSeconds(6);

  /**
   * Checks what was given.
   *
   * @throws IllegalArgumentException when something makes no sense; the message is for the user
   */
  public BenchOptions {
    endpoints = List.copyOf(endpoints);
    workers = List.copyOf(workers);
    numbers = Map.copyOf(numbers);
    times = Map.copyOf(times);
    workers.forEach(Flag.WORKERS::require);
    numbers.forEach(Flag::require);
    times.forEach(BenchOptions::requireTime);
    threads.ifPresent(WorkerThreads::requireHere);
    if (numbers.containsKey(Flag.MEMBERS) && !endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "--members starts a cluster of its own, and --endpoints (or COORD_ENDPOINTS) names "
              + endpoints
              + "; expected one of the two");
    }
  }

  /** Nothing was given. */
  public static BenchOptions defaults() {
    return new BenchOptions(List.of(), List.of(), Map.of(), Map.of(), Optional.empty());
  }

  public BenchOptions on(List<String> newEndpoints) {
    return new BenchOptions(newEndpoints, workers, numbers, times, threads);
  }

  public BenchOptions withWorkers(List<Integer> newWorkers) {
    return new BenchOptions(endpoints, newWorkers, numbers, times, threads);
  }

  public BenchOptions with(Flag flag, int value) {
    Map<Flag, Integer> more = new EnumMap<>(Flag.class);
    more.putAll(numbers);
    more.put(flag, value);
    return new BenchOptions(endpoints, workers, more, times, threads);
  }

  public BenchOptions with(Flag flag, Duration value) {
    Map<Flag, Duration> more = new EnumMap<>(Flag.class);
    more.putAll(times);
    more.put(flag, value);
    return new BenchOptions(endpoints, workers, numbers, more, threads);
  }

  public BenchOptions with(WorkerThreads newThreads) {
    return new BenchOptions(endpoints, workers, numbers, times, Optional.of(newThreads));
  }

  /** The same for measurements that are made in turn, many times: those are brief. */
  public BenchOptions inTurn() {
    return with(Flag.SECONDS, timeOr(Flag.SECONDS, MEASURED_IN_TURN))
        .with(Flag.WARMUP, timeOr(Flag.WARMUP, WARMUP_IN_TURN));
  }

  /** How long each measurement takes: 10 s unless given. */
  public Duration measured() {
    return timeOr(Flag.SECONDS, MEASURED);
  }

  /** How long the load runs before each measurement: 8 s unless given. */
  public Duration warmup() {
    return timeOr(Flag.WARMUP, WARMUP);
  }

  /** How long our side of a comparison runs before the first round: 6 s unless given. */
  public Duration rehearsal() {
    return timeOr(Flag.REHEARSAL, REHEARSAL);
  }

  /** The same, with a warm-up for a JVM that has not rehearsed: it does that in it. */
  public BenchOptions withoutRehearsal() {
    return with(Flag.WARMUP, rehearsal().plus(warmup()));
  }

  /** The numbers of workers to measure with. */
  public List<Integer> workersOr(List<Integer> usual) {
    return workers.isEmpty() ? usual : workers;
  }

  public int numberOr(Flag flag, int usual) {
    return numbers.getOrDefault(flag, usual);
  }

  public Duration timeOr(Flag flag, Duration usual) {
    return times.getOrDefault(flag, usual);
  }

  /** What the workers run on: threads of the operating system unless given. */
  public WorkerThreads workerThreads() {
    return threads.orElse(WorkerThreads.PLATFORM);
  }

  /** The flags that were given. */
  public Set<Flag> given() {
    Set<Flag> given = EnumSet.noneOf(Flag.class);
    given.addAll(numbers.keySet());
    given.addAll(times.keySet());
    if (!endpoints.isEmpty()) {
      given.add(Flag.ENDPOINTS);
    }
    if (!workers.isEmpty()) {
      given.add(Flag.WORKERS);
    }
    if (threads.isPresent()) {
      given.add(Flag.THREADS);
    }
    return given;
  }

  private static void requireTime(Flag flag, Duration value) {
    if (value.isNegative() || (flag == Flag.SECONDS && value.isZero())) {
      String least = flag == Flag.SECONDS ? "more than 0" : "0 or more";
      throw new IllegalArgumentException(
          flag.option() + " is " + value.toMillis() / 1e3 + " s; expected " + least);
    }
  }
}
