package io.coord.it.torture.real;

import io.coord.it.torture.real.client.Primitive;
import io.coord.testkit.EtcdBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run is like.
 *
 * @param time for how long faults are made
 * @param nodes how many members there are
 * @param backend what runs them; the fixture's choice when empty
 * @param clients how many client processes there are
 * @param primitives what they use
 * @param seed what faults and chances follow from
 * @param out the folder for histories and results
 */
public record RealTortureOptions(
    Duration time,
    int nodes,
    Optional<EtcdBackend> backend,
    int clients,
    List<Primitive> primitives,
    long seed,
    Path out) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one makes no sense, naming it
   */
  public RealTortureOptions {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("the time is " + time + "; expected a positive one");
    }
    if (nodes < 1 || nodes > 9) {
      throw new IllegalArgumentException("there are " + nodes + " nodes; expected 1 to 9");
    }
    if (clients < 2 || clients > 32) {
      throw new IllegalArgumentException("there are " + clients + " clients; expected 2 to 32");
    }
    if (primitives.isEmpty()) {
      throw new IllegalArgumentException("no primitive is named; expected at least one");
    }
    primitives = List.copyOf(primitives);
  }

  /** Where histories go. */
  Path histories() {
    return histories(out);
  }

  /** Where the histories of a run are. */
  static Path histories(Path out) {
    return out.resolve("histories");
  }
}
