package io.coord.it.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.List;

/** What the rules are about: the modules that end up on a user's class path. */
final class Library implements ImportOption {

  static final String CORE = "io.coord.core";

  /** The modules of the primitives, by the package that each has. */
  static final List<String> PRIMITIVES =
      List.of(
          "io.coord.election",
          "io.coord.locks",
          "io.coord.queues",
          "io.coord.barriers",
          "io.coord.stm");

  /** The command, the measurements and the tests keep other rules. */
  @Override
  public boolean includes(Location location) {
    return !location.contains("/test-classes/")
        && !location.contains("/io/coord/testkit/")
        && !location.contains("/io/coord/cli/")
        && !location.contains("/io/coord/it/")
        && !location.contains("/io/coord/benchmarks/");
  }
}
