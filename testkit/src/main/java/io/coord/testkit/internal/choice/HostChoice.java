package io.coord.testkit.internal.choice;

import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdClusterException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What runs a cluster, and why. */
public sealed interface HostChoice {

  /** The system property that forces a backend. */
  String PROPERTY = "coord.etcd";

  /** The environment variable that names a cluster of the user's. */
  String ENDPOINTS = "COORD_ENDPOINTS";

  /** Containers. */
  record Docker(String why) implements HostChoice {}

  /** Processes. */
  record Processes(String why) implements HostChoice {}

  /** A cluster of the user's. */
  record External(List<String> endpoints) implements HostChoice {}

  /**
   * Chooses.
   *
   * @param forced what the code asks for, before all else
   * @param property the value of {@link #PROPERTY}
   * @param environment the environment
   * @param dockerObstacle tells what stands in the way of containers; only asked when it matters
   * @throws EtcdClusterException when what was asked for cannot be had
   */
  static HostChoice of(
      Optional<EtcdBackend> forced,
      Optional<String> property,
      Map<String, String> environment,
      Supplier<Optional<String>> dockerObstacle) {
    if (forced.isPresent()) {
      return only(forced.get(), "the code asks for it", dockerObstacle);
    }
    List<String> endpoints = endpoints(environment);
    if (property.isPresent() && !endpoints.isEmpty()) {
      throw new EtcdClusterException(
          "both the system property %s (%s) and the environment variable %s (%s) are set; leave one out"
              .formatted(PROPERTY, property.get(), ENDPOINTS, String.join(",", endpoints)));
    }
    if (property.isPresent()) {
      return only(backend(property.get()), "-D" + PROPERTY + " asks for it", dockerObstacle);
    }
    if (!endpoints.isEmpty()) {
      return new External(endpoints);
    }
    return dockerObstacle
        .get()
        .<HostChoice>map(Processes::new)
        .orElseGet(() -> new Docker("a Docker engine answers and has the image"));
  }

  /** Gives the endpoints that the environment names. */
  static List<String> endpoints(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(ENDPOINTS)).stream()
        .flatMap(Pattern.compile(",")::splitAsStream)
        .map(String::strip)
        .filter(endpoint -> !endpoint.isEmpty())
        .map(endpoint -> endpoint.contains("://") ? endpoint : "http://" + endpoint)
        .toList();
  }

  private static EtcdBackend backend(String property) {
    return switch (property) {
      case "docker" -> EtcdBackend.DOCKER;
      case "process" -> EtcdBackend.PROCESS;
      default ->
          throw new EtcdClusterException(
              "the system property %s is \"%s\"; expected docker or process"
                  .formatted(PROPERTY, property));
    };
  }

  private static HostChoice only(
      EtcdBackend backend, String why, Supplier<Optional<String>> dockerObstacle) {
    if (backend == EtcdBackend.PROCESS) {
      return new Processes(why);
    }
    dockerObstacle
        .get()
        .ifPresent(
            obstacle -> {
              throw new EtcdClusterException(
                  "etcd shall run in Docker (" + why + "), but " + obstacle);
            });
    return new Docker(why);
  }
}
