package io.coord.benchmarks;

import io.coord.core.Coord;
import java.util.List;

/** Opens connections with the settings that the user gave. */
@FunctionalInterface
public interface Connector {

  /** A connection of its own to these members; the caller closes it. */
  Coord connect(List<String> endpoints) throws InterruptedException;

  /** With default settings. */
  static Connector plain() {
    return endpoints ->
        Coord.builder().name("bench").endpoints(endpoints.toArray(String[]::new)).connect();
  }
}
