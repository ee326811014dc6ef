package io.coord.cli;

import io.coord.it.torture.real.RealTortureOptions;
import io.coord.it.torture.real.client.Primitive;
import io.coord.testkit.EtcdBackend;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of a torture on real members. */
final class RealTortureFlags {

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Real: for how long faults are made, such as 2 or 0.5.")
  private Optional<Double> minutes = Optional.empty();

  @Option(names = "--nodes", paramLabel = "N", description = "Real: how many members; default 3.")
  private Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--backend",
      paramLabel = "docker|process",
      description = "Real: what runs the members; default: Docker if it can.")
  private Optional<String> backend = Optional.empty();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Real: how many client processes; default 4.")
  private Optional<Integer> clients = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Real: a new folder for histories and results; default coord-torture-SEED.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--check",
      paramLabel = "DIR",
      description = "Real: check once more what a run has left in a folder.")
  private Optional<Path> check = Optional.empty();

  /** The folder of an earlier run, if only that is to be checked. */
  Optional<Path> toCheck() {
    return check;
  }

  /** True when a run on real members is asked for. */
  boolean isRun() {
    return minutes.isPresent();
  }

  /**
   * What is asked for.
   *
   * @param only what to use, by name; all when there is none
   * @throws IllegalArgumentException when an option makes no sense, naming it
   */
  RealTortureOptions options(Optional<Long> givenSeed, List<String> only) {
    long seed = givenSeed.orElseGet(() -> new SecureRandom().nextLong(1_000_000));
    return new RealTortureOptions(
        Duration.ofMillis(Math.round(minutes.orElseThrow() * 60_000)),
        nodes.orElse(3),
        backend.map(RealTortureFlags::backend),
        clients.orElse(4),
        only.isEmpty() ? List.of(Primitive.values()) : only.stream().map(Primitive::parse).toList(),
        seed,
        out.orElseGet(() -> Path.of("coord-torture-" + seed)).toAbsolutePath());
  }

  private static EtcdBackend backend(String word) {
    return Arrays.stream(EtcdBackend.values())
        .filter(known -> word(known).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the backend is \""
                        + word
                        + "\"; expected "
                        + Arrays.stream(EtcdBackend.values())
                            .map(RealTortureFlags::word)
                            .collect(Collectors.joining(" or "))));
  }

  private static String word(EtcdBackend backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }
}
