package io.coord.cli;

import java.io.InputStream;
import java.util.Map;

/**
 * What a command finds when it begins.
 *
 * @param environment where variables such as {@code COORD_ENDPOINTS} are looked up
 * @param in what programs that talk with their user read
 */
public record Surroundings(Map<String, String> environment, InputStream in) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
