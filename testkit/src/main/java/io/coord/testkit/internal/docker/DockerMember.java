package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.cluster.LogTail;
import io.coord.testkit.internal.cluster.MemberHost;
import io.coord.testkit.internal.cluster.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A member that is a container. Its data live in the container and end with it. */
final class DockerMember implements MemberHost {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 20;
  private static final int PROBE_MILLIS = 150;

  private final String name;
  private final EtcdContainer container;
  private volatile int clientPort;
  private volatile int adminPort;

  DockerMember(String name, EtcdContainer container) {
    this.name = name;
    this.container = container;
  }

  EtcdContainer container() {
    return container;
  }

  private DockerClient docker() {
    return container.getDockerClient();
  }

  @Override
  public void start() {
    doing("start", () -> docker().startContainerCmd(container.getContainerId()).exec());
    awaitListening();
  }

  /** Learns the published ports, and waits until the member listens behind them. */
  void awaitListening() {
    Waiting.until(
        START_LIMIT,
        () -> {
          requireRunning();
          return learnPorts() && isListening(clientPort) && isListening(adminPort);
        },
        () -> name + " does not listen after " + START_LIMIT + ". Its log:\n" + logTail());
  }

  /** False when nothing is published: a container that has just ended is told by its log, above. */
  private boolean learnPorts() {
    Optional<Integer> client = container.publishedPort(EtcdContainer.CLIENT_PORT);
    Optional<Integer> admin = container.publishedPort(EtcdContainer.ADMIN_PORT);
    client.ifPresent(port -> clientPort = port);
    admin.ifPresent(port -> adminPort = port);
    return client.isPresent() && admin.isPresent();
  }

  private void requireRunning() {
    InspectContainerResponse.ContainerState state = container.getCurrentContainerInfo().getState();
    if (!Boolean.TRUE.equals(state.getRunning())) {
      throw new EtcdClusterException(name + " ended while it started. Its log:\n" + logTail());
    }
  }

  /**
   * Tells whether the member listens. The engine's own proxy accepts every connection, and ends it
   * at once when there is nobody behind; a connection that stays has been accepted by the member.
   */
  private boolean isListening(int port) {
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(container.getHost(), port), PROBE_MILLIS);
      probe.setSoTimeout(PROBE_MILLIS);
      return probe.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void kill() {
    doing("kill", () -> docker().killContainerCmd(container.getContainerId()).exec());
  }

  @Override
  public void stop() {
    doing(
        "stop",
        () ->
            docker().stopContainerCmd(container.getContainerId()).withTimeout(STOP_SECONDS).exec());
  }

  @Override
  public void freeze() {
    doing("pause", () -> docker().pauseContainerCmd(container.getContainerId()).exec());
  }

  @Override
  public void thaw() {
    doing("unpause", () -> docker().unpauseContainerCmd(container.getContainerId()).exec());
  }

  @Override
  public void isolate() {
    doing("isolate", container::leavePeers);
  }

  @Override
  public void rejoin() {
    doing("rejoin", () -> container.joinPeers(container.getContainerId()));
  }

  private void doing(String what, Runnable command) {
    try {
      command.run();
    } catch (DockerException e) {
      throw new EtcdClusterException("cannot " + what + " " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public InetSocketAddress clientAddress() {
    return new InetSocketAddress(container.getHost(), clientPort);
  }

  @Override
  public URI adminUri() {
    return URI.create("http://" + container.getHost() + ":" + adminPort);
  }

  @Override
  public String logTail() {
    return LogTail.of(container.getLogs());
  }

  @Override
  public String toString() {
    return name;
  }
}
