package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.model.Rule;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.Violation;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.List;
import java.util.Optional;

/**
 * One run, entirely: the same plan gives the same history.
 *
 * @param primitive what is tried
 * @param seed decides all chance
 * @param weather what goes wrong
 * @param scale by how many, and how often
 */
public record Plan(Primitive primitive, long seed, Weather weather, Scale scale) {

  private static final long STEP = 0x9e3779b97f4a7c15L;

  /**
   * What came of a run.
   *
   * @param etcd the simulation at its end
   * @param tried how much was tried
   * @param violation what was wrong, if anything
   */
  public record Result(SimulatedEtcd etcd, int tried, Optional<Violation> violation) {

    /** What happened, one event a line. */
    public String history() {
      return etcd.history();
    }
  }

  /** The run that belongs to a seed: primitives take turns, and chance chooses the weather. */
  public static Plan of(long seed, List<Primitive> primitives) {
    return of(primitives.get(Math.floorMod(seed, primitives.size())), seed);
  }

  /** A run of one primitive. */
  public static Plan of(Primitive primitive, long seed) {
    List<Weather> weathers = List.copyOf(primitive.weathers());
    int choice = Math.floorMod((seed * STEP) >>> 32, weathers.size());
    return new Plan(primitive, seed, weathers.get(choice), primitive.scale());
  }

  /** Runs it to its end, or until a rule is broken. */
  public Result run() {
    SimulatedEtcd etcd = SimulatedEtcd.of(seed, weather.faults());
    try (Defects defects = Defects.listen()) {
      int tried = primitive.on(etcd, scale, weather.strangers()).run();
      return new Result(etcd, tried, defects.first());
    } catch (Violation violation) {
      return new Result(etcd, 0, Optional.of(violation));
    } catch (RuntimeException | AssertionError thrown) {
      Violation violation = new Violation(Rule.NO_DEFECT, "thrown: " + thrown, thrown);
      return new Result(etcd, 0, Optional.of(violation));
    }
  }

  @Override
  public String toString() {
    return primitive + ", seed " + seed + ", weather " + weather + ", " + scale;
  }
}
