package io.coord.testkit.internal.provision;

import io.coord.testkit.EtcdBinary;
import io.coord.testkit.EtcdNotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for etcd on the PATH, then in the cache, then lets a source fetch one. */
public final class EtcdLocator {

  private static final Pattern VERSION = Pattern.compile("etcd Version:\\s*(\\S+)");
  private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

  private final Map<String, String> environment;
  private final EtcdCache cache;
  private final EtcdSource source;
  private final Optional<EtcdVersion> asked;
  private final List<String> tried = new ArrayList<>();

  /**
   * Makes a locator for one search.
   *
   * @param environment the environment, for PATH
   * @param cache fetched versions
   * @param source asked when nothing is there
   * @param asked the only version that will do, if there is one
   */
  public EtcdLocator(
      Map<String, String> environment,
      EtcdCache cache,
      EtcdSource source,
      Optional<EtcdVersion> asked) {
    this.environment = environment;
    this.cache = cache;
    this.source = source;
    this.asked = asked;
  }

  /** Finds an etcd, or says what was tried. */
  public EtcdBinary find() {
    return onPath()
        .or(this::cached)
        .or(this::fetched)
        .orElseThrow(() -> new EtcdNotFoundException(advice()));
  }

  private Optional<EtcdBinary> onPath() {
    String path = Optional.ofNullable(environment.get("PATH")).orElse("");
    List<Path> folders =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(path)
            .filter(folder -> !folder.isBlank())
            .map(Path::of)
            .toList();
    for (Path folder : folders) {
      Optional<EtcdBinary> found = in(folder, "PATH");
      if (found.isPresent()) {
        return found;
      }
    }
    tried.add("PATH: no working \"" + wanted() + "\" in any of its folders");
    return Optional.empty();
  }

  private Optional<EtcdBinary> cached() {
    for (Path version : cache.versions()) {
      Optional<EtcdBinary> found = in(version, "cache");
      if (found.isPresent()) {
        return found;
      }
    }
    tried.add("cache folder " + cache.folder() + ": empty");
    return Optional.empty();
  }

  private Optional<EtcdBinary> fetched() {
    try {
      Path folder = source.fetch();
      Optional<EtcdBinary> found = in(folder, "package source");
      if (found.isEmpty()) {
        tried.add("package source: what it gave at " + folder + " does not run");
      }
      return found;
    } catch (IOException e) {
      tried.add("package source: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<EtcdBinary> in(Path folder, String origin) {
    return executable(folder, "etcd")
        .flatMap(
            etcd ->
                version(etcd)
                    .filter(version -> isWanted(etcd, version))
                    .map(
                        version ->
                            new EtcdBinary(etcd, executable(folder, "etcdctl"), version, origin)));
  }

  private boolean isWanted(Path etcd, String version) {
    boolean wanted = asked.map(one -> one.covers(version)).orElse(true);
    if (!wanted) {
      tried.add(etcd + ": is version " + version + "; expected " + asked.orElseThrow());
    }
    return wanted;
  }

  private String wanted() {
    return asked.map(version -> "etcd " + version).orElse("etcd");
  }

  private static Optional<Path> executable(Path folder, String name) {
    for (String file : List.of(name, name + ".exe")) {
      Path path = folder.resolve(file).toAbsolutePath();
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private Optional<String> version(Path etcd) {
    try {
      Command asked = Command.run(List.of(etcd.toString(), "--version"), Map.of(), VERSION_LIMIT);
      Matcher matcher = VERSION.matcher(asked.output());
      if (matcher.find()) {
        return Optional.of(matcher.group(1));
      }
      tried.add(etcd + ": \"--version\" does not answer as etcd does");
    } catch (IOException e) {
      tried.add(etcd + ": " + e.getMessage());
    }
    return Optional.empty();
  }

  private String advice() {
    return """
    No %s was found. Tried:
      - %s
    Any of these gives one (etcd has to be on the PATH, version %s):
      Debian, Ubuntu   apt-get install etcd-server etcd-client
      macOS            brew install etcd
      Windows          winget install etcd, or choco install etcd, or unpack a release of etcd and put it on the PATH
    or start a Docker engine, or name a running cluster (--endpoints or COORD_ENDPOINTS).\
    """
        .formatted(
            wanted(),
            String.join("\n  - ", tried),
            asked.map(EtcdVersion::name).orElse("3.4 or later"));
  }
}
