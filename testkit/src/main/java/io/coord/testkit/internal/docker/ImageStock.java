package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * The images that an engine has or can get.
 *
 * @param docker the engine
 */
record ImageStock(DockerClient docker) {

  private static final Logger LOG = LoggerFactory.getLogger(ImageStock.class);
  private static final Duration PULL_LIMIT = Duration.ofMinutes(2);

  /** Tells what is wrong if the image is neither here nor can be pulled; one attempt is made. */
  Optional<String> obstacle(String name) {
    String image =
        ImageNameSubstitutor.instance().apply(DockerImageName.parse(name)).asCanonicalNameString();
    try {
      docker.inspectImageCmd(image).exec();
      return Optional.empty();
    } catch (NotFoundException e) {
      LOG.info("Pulling the image {}", image);
    }
    return pull(image)
        .map(why -> "the image " + image + " is not here and cannot be pulled (" + why + ")");
  }

  private Optional<String> pull(String image) {
    try {
      boolean done =
          docker
              .pullImageCmd(image)
              .start()
              .awaitCompletion(PULL_LIMIT.toSeconds(), TimeUnit.SECONDS);
      return done ? Optional.empty() : Optional.of("no end after " + PULL_LIMIT);
    } catch (DockerException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }
}
