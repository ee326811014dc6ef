package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;

/**
 * Finds out whether containers of an image can be run here, once per JVM and image.
 *
 * <p>Testcontainers takes up to minutes to find that it cannot: when no engine answers, and when it
 * cannot pull a helper image of its own. So both are looked at here before it is asked.
 */
public final class DockerEngine {

  private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
  private static final Map<EtcdImage, Optional<String>> OBSTACLES = new ConcurrentHashMap<>();

  private DockerEngine() {}

  /**
   * Finds what stands in the way of running containers; images that are missing are pulled.
   *
   * @return empty when nothing does, else what it is
   */
  public static Optional<String> obstacle(EtcdImage image) {
    return OBSTACLES.computeIfAbsent(image, DockerEngine::find);
  }

  private static Optional<String> find(EtcdImage image) {
    Map<String, String> environment = System.getenv();
    EngineProbe probe = EngineProbe.of(environment);
    if (!probe.answers()) {
      return Optional.of("no Docker engine answers (" + probe.asked() + ")");
    }
    try (DockerClient docker =
        DockerClientProviderStrategy.getClientForConfig(
            DockerClientFactory.instance().getTransportConfig())) {
      ImageStock stock = new ImageStock(docker);
      return stock
          .obstacle(image.name())
          .map(problem -> problem + "; name one that is here by " + EtcdImage.VARIABLE)
          .or(() -> HelperImages.of(environment).obstacle(stock))
          .or(DockerEngine::testcontainersObstacle);
    } catch (IOException | RuntimeException e) {
      LOG.debug("the Docker engine cannot be used", e);
      return Optional.of("the Docker engine cannot be used: " + e.getMessage());
    }
  }

  private static Optional<String> testcontainersObstacle() {
    try {
      LOG.debug("containers are started by way of {}", DockerClientFactory.instance().client());
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.debug("Testcontainers cannot use the Docker engine", e);
      return Optional.of("Testcontainers cannot use the Docker engine: " + e.getMessage());
    }
  }
}
