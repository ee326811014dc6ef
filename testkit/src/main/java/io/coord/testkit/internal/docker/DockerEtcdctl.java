package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.cluster.LineBuffer;
import io.coord.testkit.internal.cluster.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.utility.DockerImageName;

/** An etcdctl that is a container of its own, so that it can be killed by itself. */
final class DockerEtcdctl implements EtcdctlProcess {

  private static final Logger LOG = LoggerFactory.getLogger(DockerEtcdctl.class);

  private final String name;
  private final GenericContainer<?> container;
  private final LineBuffer output;
  private final LineBuffer errors;

  private DockerEtcdctl(
      String name, GenericContainer<?> container, LineBuffer output, LineBuffer errors) {
    this.name = name;
    this.container = container;
    this.output = output;
    this.errors = errors;
  }

  static DockerEtcdctl start(
      DockerImageName image, List<String> command, Map<String, String> environment) {
    String name = String.join(" ", command);
    LineBuffer output = new LineBuffer();
    LineBuffer errors = new LineBuffer();
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withCommand(command.toArray(String[]::new))
            .withEnv(environment)
            .waitingFor(new EtcdContainer.NoWait())
            .withLogConsumer(frame -> take(frame, output, errors));
    container.start();
    return new DockerEtcdctl(name, container, output, errors);
  }

  /** Takes a line; the frames of a container without a terminal hold whole lines. */
  private static void take(OutputFrame frame, LineBuffer output, LineBuffer errors) {
    if (frame.getType() == OutputFrame.OutputType.END) {
      output.end();
      errors.end();
    } else {
      LineBuffer buffer = frame.getType() == OutputFrame.OutputType.STDOUT ? output : errors;
      frame.getUtf8StringWithoutLineEnding().lines().forEach(buffer::add);
    }
  }

  String containerId() {
    return container.getContainerId();
  }

  @Override
  public List<String> lines() {
    return output.lines();
  }

  @Override
  public String awaitLine(Predicate<String> condition, Duration limit) {
    return output
        .await(condition, limit)
        .orElseThrow(
            () ->
                new EtcdClusterException(
                    "\""
                        + name
                        + "\" has not written such a line within "
                        + limit
                        + " but: "
                        + output.lines()
                        + ", errors: "
                        + errors.lines()));
  }

  @Override
  public int awaitExit(Duration limit) {
    Waiting.until(
        limit, () -> !isRunning(), () -> "\"" + name + "\" has not ended within " + limit);
    Long code = state().getExitCodeLong();
    return code == null ? 0 : code.intValue();
  }

  @Override
  public boolean isRunning() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  private InspectContainerResponse.ContainerState state() {
    return container.getCurrentContainerInfo().getState();
  }

  @Override
  public void terminate() {
    signal("SIGTERM");
  }

  @Override
  public void kill() {
    signal("SIGKILL");
  }

  private void signal(String signal) {
    DockerClient docker = container.getDockerClient();
    try {
      docker.killContainerCmd(container.getContainerId()).withSignal(signal).exec();
    } catch (DockerException e) {
      LOG.debug("\"{}\" has ended already", name, e);
    }
  }

  @Override
  public void close() {
    try {
      container.stop();
    } catch (RuntimeException e) {
      LOG.warn("the container of \"{}\" may remain", name, e);
    }
  }
}
