package io.coord.testkit.internal.provision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches etcd from the package source that this Debian or Ubuntu machine already uses.
 *
 * <p>The work is done by the script {@code fetch-etcd.sh}, which a build can run by itself, too.
 */
public final class DebianPackages implements EtcdSource {

  private static final Logger LOG = LoggerFactory.getLogger(DebianPackages.class);
  private static final String SCRIPT = "/io/coord/testkit/fetch-etcd.sh";
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final EtcdCache cache;
  private final Optional<EtcdVersion> asked;

  /**
   * Makes a source that fills a cache.
   *
   * @param cache where fetched versions stay
   * @param asked the only version that will do, if there is one
   */
  public DebianPackages(EtcdCache cache, Optional<EtcdVersion> asked) {
    this.cache = cache;
    this.asked = asked;
  }

  @Override
  public Path fetch() throws IOException {
    if (!Files.isExecutable(Path.of("/bin/sh"))) {
      throw new IOException("this machine has no /bin/sh");
    }
    LOG.info(
        "Fetching etcd{} from this machine's package source into {}",
        asked.map(version -> " " + version).orElse(""),
        cache.folder());
    Path script = Files.createTempFile("coord-fetch-etcd", ".sh");
    try (InputStream content = DebianPackages.class.getResourceAsStream(SCRIPT)) {
      if (content == null) {
        throw new IOException("the resource " + SCRIPT + " is missing");
      }
      Files.write(script, content.readAllBytes());
      List<String> words =
          new ArrayList<>(List.of("/bin/sh", script.toString(), cache.folder().toString()));
      asked.ifPresent(version -> words.add(version.name()));
      Command done = Command.run(words, Map.of(), LIMIT);
      if (done.exitCode() != 0) {
        throw new IOException(done.errors().strip());
      }
      return Path.of(done.output().strip());
    } finally {
      Files.deleteIfExists(script);
    }
  }
}
