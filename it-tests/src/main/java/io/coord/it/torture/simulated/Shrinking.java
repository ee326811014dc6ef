package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.Plan.Result;
import io.coord.it.torture.simulated.model.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for a shorter history that breaks the same rule: the same primitive with less to do, fewer
 * workers and better weather, each under many seeds. It tries the same plans every time.
 */
final class Shrinking {

  private static final int SEEDS = 150;
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private Shrinking() {}

  /** A plan that breaks a rule, and how. */
  record Failure(Plan plan, Result result) {

    int length() {
      return (int) result.etcd().events();
    }
  }

  /** The shortest failure that was found; the one that was given, if no shorter one was. */
  static Failure shortest(Failure found) {
    Failure shortest = found;
    for (Scale scale : smaller(found.plan().scale())) {
      for (Weather weather : noWorse(found.plan())) {
        for (int i = 0; i < SEEDS; i++) {
          long seed = found.plan().seed() + (i + 1) * STEP;
          Plan plan = new Plan(found.plan().primitive(), seed, weather, scale);
          Failure failure = new Failure(plan, plan.run());
          if (breaksTheSame(failure, found) && failure.length() < shortest.length()) {
            shortest = failure;
          }
        }
        if (shortest.plan().scale().equals(scale)) {
          return shortest;
        }
      }
    }
    return shortest;
  }

  private static boolean breaksTheSame(Failure failure, Failure found) {
    return failure.result().violation().isPresent()
        && failure.result().violation().get().rule()
            == found.result().violation().orElseThrow().rule();
  }

  private static List<Weather> noWorse(Plan plan) {
    return plan.primitive().weathers().stream()
        .filter(weather -> weather.compareTo(plan.weather()) <= 0)
        .toList();
  }

  /** Ever more to do, up to less than it was. */
  private static List<Scale> smaller(Scale scale) {
    List<Scale> smaller = new ArrayList<>();
    List<List<Integer>> crews =
        List.of(List.of(1), List.of(2), List.of(1, 1), List.of(1, 1, 1), scale.workers());
    for (int rounds = 1; rounds < scale.rounds(); rounds *= 2) {
      for (List<Integer> crew : crews) {
        if (crew.size() <= scale.workers().size()) {
          smaller.add(new Scale(crew, rounds));
        }
      }
    }
    return smaller;
  }
}
