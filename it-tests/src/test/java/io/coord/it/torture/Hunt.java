package io.coord.it.torture;

import io.coord.it.torture.simulated.Plan;
import io.coord.it.torture.simulated.Primitive;
import io.coord.it.torture.simulated.model.Violation;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs a primitive under one seed after another until a rule is broken. Takes the name of the
 * primitive and the number of runs, such as "MUTEX 100"; gives the name of the broken rule and how
 * it showed itself, or nothing. Public, and made of nothing but strings, so that it can be called
 * across class loaders.
 */
public final class Hunt implements Function<String, String> {

  @Override
  public String apply(String what) {
    String[] words = what.split(" ", -1);
    for (long seed = 1; seed <= Long.parseLong(words[1]); seed++) {
      Plan plan = Plan.of(Primitive.valueOf(words[0]), seed);
      Optional<Violation> violation = plan.run().violation();
      if (violation.isPresent()) {
        return violation.get().rule().name()
            + " after "
            + seed
            + " runs: "
            + violation.get().getMessage();
      }
    }
    return "";
  }
}
