package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import io.coord.testkit.EtcdClusterException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/**
 * The network by which the members of one cluster know each other.
 *
 * <p>A member keeps its address when it leaves and comes back. etcd needs that: up to 3.5 it has no
 * limit on how long a peer connection may be silent, so one whose address is gone is given up only
 * after minutes, whereas one whose address comes back goes on at once.
 *
 * <p>An engine lets containers ask for an address only where the network's addresses were asked
 * for, too. So a network is made with addresses of the engine's choice, and made again with just
 * these.
 */
final class PeerNetwork implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerNetwork.class);
  private static final Pattern IPV4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+");
  private static final int FIRST_MEMBER = 10;
  private static final int ATTEMPTS = 10;

  private final Network network;
  // Kept here, because a network of Testcontainers that is asked after its end comes into being
  // again.
  private final String id;
  private final int base;

  private PeerNetwork(Network network, String id, int base) {
    this.network = network;
    this.id = id;
    this.base = base;
  }

  /**
   * Makes a network. It is internal, so that it never becomes the way by which ports are published.
   *
   * @param labels tell whose it is
   */
  static PeerNetwork create(Map<String, String> labels) {
    for (int attempt = 1; ; attempt++) {
      String subnet = freeSubnet(labels);
      Network network =
          internal(labels, new Ipam().withConfig(new Ipam.Config().withSubnet(subnet)));
      try {
        return new PeerNetwork(network, network.getId(), base(subnet));
      } catch (DockerException e) {
        if (attempt == ATTEMPTS) {
          throw new EtcdClusterException("cannot make a network in " + subnet, e);
        }
        LOG.debug("somebody else took {} meanwhile", subnet, e);
      }
    }
  }

  private static String freeSubnet(Map<String, String> labels) {
    DockerClient docker = DockerClientFactory.instance().client();
    try (Network chosen = internal(labels, new Ipam())) {
      Ipam ipam = docker.inspectNetworkCmd().withNetworkId(chosen.getId()).exec().getIpam();
      return ipam.getConfig().stream()
          .map(Ipam.Config::getSubnet)
          .filter(subnet -> subnet != null && IPV4.matcher(subnet).matches())
          .findFirst()
          .orElseThrow(() -> new EtcdClusterException("the Docker engine gives no IPv4 networks"));
    }
  }

  private static Network internal(Map<String, String> labels, Ipam ipam) {
    return Network.builder()
        .createNetworkCmdModifier(
            create -> {
              create.withInternal(true).withLabels(labels);
              if (ipam.getConfig() != null) {
                create.withIpam(ipam);
              }
            })
        .build();
  }

  private static int base(String subnet) {
    try {
      String address = subnet.substring(0, subnet.indexOf('/'));
      return ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt();
    } catch (UnknownHostException e) {
      throw new EtcdClusterException("the Docker engine gave the malformed network " + subnet, e);
    }
  }

  String id() {
    return id;
  }

  /** Gives how a member is part of the network: by its name and its address. */
  ContainerNetwork membership(int index, String alias) {
    return new ContainerNetwork()
        .withAliases(List.of(alias))
        .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address(index)));
  }

  private String address(int index) {
    int value = base + FIRST_MEMBER + index;
    return "%d.%d.%d.%d"
        .formatted(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }

  /** Tells whether a container's network is this one. */
  boolean is(ContainerNetwork other) {
    return Optional.ofNullable(other.getNetworkID()).filter(id::equals).isPresent();
  }

  @Override
  public void close() {
    network.close();
  }
}
