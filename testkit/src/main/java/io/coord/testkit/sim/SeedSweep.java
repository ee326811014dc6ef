package io.coord.testkit.sim;

import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Runs a scenario under many seeds.
 *
 * <pre>{@code
 * SeedSweep.of(1_000).run(SimulatedFaults.stormy(), etcd -> { ... });
 * }</pre>
 *
 * <p>The seeds are always the same, so that a build is repeatable. The system property {@code
 * coord.sim.seed} runs one seed only: that of a failure. The system property {@code coord.sim.runs}
 * changes the number of runs: a nightly build can afford more.
 */
public final class SeedSweep {

  static final String SEED_PROPERTY = "coord.sim.seed";

  private static final String RUNS_PROPERTY = "coord.sim.runs";

  private final int runs;

  private SeedSweep(int runs) {
    this.runs = runs;
  }

  /**
   * Prepares a sweep.
   *
   * @param runs how many seeds to run, from 1 on; the system properties come first
   * @return the sweep
   * @throws IllegalArgumentException when it is not positive
   */
  public static SeedSweep of(int runs) {
    if (runs <= 0) {
      throw new IllegalArgumentException(
          "the number of runs is " + runs + "; expected a positive one");
    }
    return new SeedSweep(Integer.getInteger(RUNS_PROPERTY, runs));
  }

  /**
   * Runs the scenario once for each seed, each on a new cluster.
   *
   * @param faults what goes wrong by chance
   * @param scenario what is done and checked
   * @throws SimulationFailure at the first run that fails, with its seed and the end of its history
   */
  public void run(SimulatedFaults faults, Consumer<SimulatedEtcd> scenario) {
    seeds().forEach(seed -> runOne(SimulatedEtcd.of(seed, faults), scenario));
  }

  private LongStream seeds() {
    Long only = Long.getLong(SEED_PROPERTY);
    return only == null ? LongStream.rangeClosed(1, runs) : LongStream.of(only);
  }

  private static void runOne(SimulatedEtcd etcd, Consumer<SimulatedEtcd> scenario) {
    try {
      scenario.accept(etcd);
    } catch (SimulationFailure failure) {
      throw failure;
    } catch (RuntimeException | AssertionError e) {
      throw new SimulationFailure(etcd, "the scenario failed: " + e.getMessage(), e);
    }
  }
}
