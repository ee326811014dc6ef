package io.coord.testkit.internal.docker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images that Testcontainers will want for itself.
 *
 * @param needs each with the setting that makes it unnecessary
 */
record HelperImages(List<Need> needs) {

  // Testcontainers does not tell the names; a test compares them with those in its classes.
  static final String RYUK = "testcontainers/ryuk:0.14.0";
  static final String TINY = "alpine:3.17";

  private static final Path CONTAINER_MARK = Path.of("/.dockerenv");

  /** One image, and how to do without it. */
  record Need(String image, String remedy) {}

  static HelperImages of(Map<String, String> environment) {
    List<Need> needs = new ArrayList<>();
    if (!Boolean.parseBoolean(environment.get("TESTCONTAINERS_RYUK_DISABLED"))) {
      needs.add(new Need(RYUK, "TESTCONTAINERS_RYUK_DISABLED=true"));
    }
    if (Files.exists(CONTAINER_MARK) && !environment.containsKey("TESTCONTAINERS_HOST_OVERRIDE")) {
      needs.add(new Need(TINY, "TESTCONTAINERS_HOST_OVERRIDE=localhost"));
    }
    return new HelperImages(needs);
  }

  Optional<String> obstacle(ImageStock stock) {
    return needs.stream()
        .flatMap(
            need ->
                stock
                    .obstacle(need.image)
                    .map(
                        problem ->
                            problem
                                + "; Testcontainers does without it when the environment has "
                                + need.remedy)
                    .stream())
        .findFirst();
  }
}
