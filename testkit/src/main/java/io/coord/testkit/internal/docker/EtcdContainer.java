package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.cluster.ClusterSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The container of one member.
 *
 * <p>It is in two networks: the engine's default one, by which ports are published to clients, and
 * the cluster's own, by which members know each other and which can be taken away. The cluster's
 * network is internal, so it never becomes the way by which ports are published.
 */
final class EtcdContainer extends GenericContainer<EtcdContainer> {

  static final int CLIENT_PORT = 2379;
  static final int ADMIN_PORT = 2378;
  static final int PEER_PORT = 2380;

  private final PeerNetwork peers;
  private final int index;
  private final Consumer<String> whenCreated;

  EtcdContainer(
      DockerImageName image,
      PeerNetwork peers,
      int index,
      List<String> command,
      Consumer<String> whenCreated) {
    super(image);
    this.peers = peers;
    this.index = index;
    this.whenCreated = whenCreated;
    withCreateContainerCmdModifier(EtcdContainer::publish);
    withCommand(command.toArray(String[]::new));
    withStartupCheckStrategy(new StartWithoutWaiting.NoCheck());
    waitingFor(new StartWithoutWaiting.NoWait());
  }

  /** Not left to Testcontainers, which would wait for the ports even of a member that has ended. */
  private static void publish(CreateContainerCmd create) {
    ExposedPort client = ExposedPort.tcp(CLIENT_PORT);
    ExposedPort admin = ExposedPort.tcp(ADMIN_PORT);
    create
        .withExposedPorts(client, admin)
        .withHostConfig(
            Objects.requireNonNullElseGet(create.getHostConfig(), HostConfig::newHostConfig)
                .withPortBindings(
                    new PortBinding(Ports.Binding.empty(), client),
                    new PortBinding(Ports.Binding.empty(), admin)));
  }

  @Override
  protected void containerIsCreated(String containerId) {
    whenCreated.accept(containerId);
    joinPeers(containerId);
  }

  void joinPeers(String containerId) {
    getDockerClient()
        .connectToNetworkCmd()
        .withContainerId(containerId)
        .withNetworkId(peers.id())
        .withContainerNetwork(peers.membership(index, ClusterSpec.memberName(index)))
        .exec();
  }

  void leavePeers() {
    getDockerClient()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(peers.id())
        .exec();
  }

  /**
   * Gives the port of the host by which a port is published now; a restart may change it. Empty
   * when the container does not run.
   */
  Optional<Integer> publishedPort(int port) {
    Ports ports = getCurrentContainerInfo().getNetworkSettings().getPorts();
    return ports.getBindings().entrySet().stream()
        .filter(entry -> entry.getKey().getPort() == port && entry.getValue() != null)
        .flatMap(entry -> List.of(entry.getValue()).stream())
        .map(Ports.Binding::getHostPortSpec)
        .map(Integer::parseInt)
        .findFirst();
  }

  /** Gives the address by which other containers reach this one, whatever its peers' links are. */
  String innerAddress() {
    return getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .filter(network -> !peers.is(network))
        .map(ContainerNetwork::getIpAddress)
        .filter(address -> address != null && !address.isEmpty())
        .findFirst()
        .orElseThrow(
            () -> new EtcdClusterException("member " + index + " is in no network for clients"));
  }
}
