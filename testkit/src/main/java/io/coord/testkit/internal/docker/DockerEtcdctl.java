package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.cluster.CommandOutput;
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
  private final CommandOutput output;

  private DockerEtcdctl(String name, GenericContainer<?> container, CommandOutput output) {
    this.name = name;
    this.container = container;
    this.output = output;
  }

  static DockerEtcdctl start(
      String name,
      DockerImageName image,
      List<String> command,
      Map<String, String> environment,
      Map<String, String> labels) {
    CommandOutput output = CommandOutput.of(name);
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withCommand(command.toArray(String[]::new))
            .withEnv(environment)
            .withLabels(labels)
            .withStartupCheckStrategy(new StartWithoutWaiting.NoCheck())
            .waitingFor(new StartWithoutWaiting.NoWait())
            .withLogConsumer(frame -> take(frame, output));
    container.start();
    return new DockerEtcdctl(name, container, output);
  }

  /** Takes a line; the frames of a container without a terminal hold whole lines. */
  private static void take(OutputFrame frame, CommandOutput output) {
    if (frame.getType() == OutputFrame.OutputType.END) {
      output.output().end();
      output.errors().end();
    } else {
      LineBuffer buffer =
          frame.getType() == OutputFrame.OutputType.STDOUT ? output.output() : output.errors();
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
    return output.awaitLine(condition, limit);
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
