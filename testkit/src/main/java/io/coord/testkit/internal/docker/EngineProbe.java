package io.coord.testkit.internal.docker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A quick look for a Docker engine where Testcontainers would look, because Testcontainers takes
 * long to find that there is none.
 *
 * @param places where an engine may listen: {@code unix:///...} or {@code tcp://...}
 */
record EngineProbe(List<URI> places) {

  private static final Logger LOG = LoggerFactory.getLogger(EngineProbe.class);
  private static final int LIMIT_MILLIS = 2000;
  private static final int DEFAULT_PORT = 2375;

  static EngineProbe of(Map<String, String> environment) {
    Optional<String> named =
        Optional.ofNullable(environment.get("DOCKER_HOST")).filter(value -> !value.isBlank());
    if (named.isPresent()) {
      return new EngineProbe(List.of(URI.create(named.get())));
    }
    String home = System.getProperty("user.home");
    List<URI> places = new ArrayList<>();
    places.add(unix("/var/run/docker.sock"));
    Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
        .ifPresent(folder -> places.add(unix(folder + "/docker.sock")));
    places.add(unix(home + "/.docker/run/docker.sock"));
    places.add(unix(home + "/.docker/desktop/docker.sock"));
    places.add(unix(home + "/.rd/docker.sock"));
    return new EngineProbe(places);
  }

  private static URI unix(String path) {
    return URI.create("unix://" + path.replace(" ", "%20"));
  }

  /** Tells whether somebody listens; where this cannot be told quickly, it is left open. */
  boolean answers() {
    return isWindows() || isConfiguredElsewhere() || places.stream().anyMatch(EngineProbe::answers);
  }

  String asked() {
    return "asked " + places;
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /** The file in which Testcontainers keeps an engine's address that the user has given. */
  private static boolean isConfiguredElsewhere() {
    Path file = Path.of(System.getProperty("user.home"), ".testcontainers.properties");
    try {
      return Files.exists(file)
          && Files.readString(file)
              .lines()
              .anyMatch(line -> line.strip().matches("docker\\.host.*"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean answers(URI place) {
    try {
      return switch (Optional.ofNullable(place.getScheme()).orElse("")) {
        case "unix" -> unixAnswers(Path.of(place.getPath()));
        case "tcp", "http", "https" -> tcpAnswers(place);
        default -> true;
      };
    } catch (IOException e) {
      LOG.debug("no Docker engine at {}", place, e);
      return false;
    }
  }

  private static boolean unixAnswers(Path socket) throws IOException {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    }
  }

  private static boolean tcpAnswers(URI place) throws IOException {
    int port = place.getPort() < 0 ? DEFAULT_PORT : place.getPort();
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(place.getHost(), port), LIMIT_MILLIS);
      return true;
    }
  }
}
