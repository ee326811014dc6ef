package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Ports;
import io.coord.testkit.EtcdClusterException;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
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

  private final Network peers;
  private final String alias;

  EtcdContainer(DockerImageName image, Network peers, String alias, List<String> command) {
    super(image);
    this.peers = peers;
    this.alias = alias;
    withExposedPorts(CLIENT_PORT, ADMIN_PORT);
    withCommand(command.toArray(String[]::new));
    waitingFor(new NoWait());
  }

  @Override
  protected void containerIsCreated(String containerId) {
    joinPeers(containerId);
  }

  void joinPeers(String containerId) {
    getDockerClient()
        .connectToNetworkCmd()
        .withContainerId(containerId)
        .withNetworkId(peers.getId())
        .withContainerNetwork(new ContainerNetwork().withAliases(alias))
        .exec();
  }

  void leavePeers() {
    getDockerClient()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(peers.getId())
        .exec();
  }

  /** Gives the port of the host by which a port is published now; a restart may change it. */
  int publishedPort(int port) {
    Ports ports = getCurrentContainerInfo().getNetworkSettings().getPorts();
    return ports.getBindings().entrySet().stream()
        .filter(entry -> entry.getKey().getPort() == port && entry.getValue() != null)
        .flatMap(entry -> List.of(entry.getValue()).stream())
        .map(Ports.Binding::getHostPortSpec)
        .map(Integer::parseInt)
        .findFirst()
        .orElseThrow(
            () -> new EtcdClusterException("port " + port + " of " + alias + " is not published"));
  }

  /** Gives the address by which other containers reach this one, whatever its peers' links are. */
  String innerAddress() {
    return getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .filter(network -> !peers.getId().equals(network.getNetworkID()))
        .map(ContainerNetwork::getIpAddress)
        .filter(address -> address != null && !address.isEmpty())
        .findFirst()
        .orElseThrow(() -> new EtcdClusterException(alias + " is in no network for clients"));
  }

  /** Members wait for each other, so the cluster waits for all of them at once. */
  static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {
      // Nothing to wait for here.
    }
  }
}
