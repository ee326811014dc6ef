package io.coord.testkit.internal.provision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder in which fetched binaries stay, one sub-folder per version.
 *
 * @param folder the folder that holds the versions
 */
public record EtcdCache(Path folder) {

  private static final Pattern NOT_A_NUMBER = Pattern.compile("\\D+");
  private static final Comparator<Path> BY_VERSION =
      (left, right) -> Arrays.compare(numbers(left.getFileName()), numbers(right.getFileName()));

  /**
   * The cache that the environment names, else the user's own. What was asked for by its version
   * stays apart, so that it is never found by a run that asks for none.
   */
  public static EtcdCache of(Map<String, String> environment, Optional<EtcdVersion> asked) {
    String name = asked.map(version -> "etcd-" + version).orElse("etcd");
    return new EtcdCache(root(environment).resolve(name));
  }

  private static Path root(Map<String, String> environment) {
    Optional<String> own = value(environment, "COORD_CACHE");
    if (own.isPresent()) {
      return Path.of(own.get()).toAbsolutePath();
    }
    return value(environment, "XDG_CACHE_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("coord");
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  /** Gives the folders of the versions that are here, the newest first. */
  public List<Path> versions() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted(BY_VERSION.reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cache folder " + folder, e);
    }
  }

  private static int[] numbers(Path version) {
    return NOT_A_NUMBER
        .splitAsStream(version.toString())
        .filter(part -> !part.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
