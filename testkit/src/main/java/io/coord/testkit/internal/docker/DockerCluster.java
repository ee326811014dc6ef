package io.coord.testkit.internal.docker;

import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.cluster.ClientAccess;
import io.coord.testkit.internal.cluster.ClusterHost;
import io.coord.testkit.internal.cluster.ClusterSpec;
import io.coord.testkit.internal.cluster.EtcdFlags;
import io.coord.testkit.internal.cluster.EtcdctlWords;
import io.coord.testkit.internal.cluster.LinkedAccess;
import io.coord.testkit.internal.cluster.MemberHost;
import io.coord.testkit.internal.cluster.Watchdog;
import io.coord.testkit.internal.net.ClientLink;
import io.coord.testkit.internal.net.LinkLoop;
import io.coord.testkit.internal.provision.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Members that are containers. Clients reach them through links of the fixture. */
public final class DockerCluster implements ClusterHost {

  private static final Logger LOG = LoggerFactory.getLogger(DockerCluster.class);
  private static final String LABEL = "io.coord.testkit.cluster";
  private static final String DATA = "/coord-data";
  private static final String CERTIFICATES = "/coord-tls/";
  private static final int READABLE = 0644;

  private final ClusterSpec spec;
  private final EtcdImage image;
  private final LinkLoop loop;
  private final PeerNetwork peers;
  private final List<ClientAccess> accesses = new ArrayList<>();
  private final List<DockerMember> members = new ArrayList<>();
  private final Queue<EtcdctlProcess> commands = new ConcurrentLinkedQueue<>();
  private final Optional<Watchdog> watchdog;

  /**
   * Prepares links and containers; nothing runs yet.
   *
   * @param spec what the cluster shall be
   * @param image the image of the members
   */
  public DockerCluster(ClusterSpec spec, EtcdImage image) {
    this.spec = spec;
    this.image = image;
    this.watchdog = Watchdog.startIfPossible();
    this.loop = new LinkLoop(spec.name());
    this.peers = PeerNetwork.create(labels());
    watchdog.ifPresent(dog -> dog.network(peers.id()));
    for (int i = 0; i < spec.members(); i++) {
      accesses.add(new LinkedAccess(ClientLink.create(loop), spec.clientScheme()));
      members.add(new DockerMember(spec.name() + "/" + ClusterSpec.memberName(i), container(i)));
    }
  }

  private EtcdContainer container(int index) {
    List<String> command =
        new EtcdFlags("etcd")
            .identity(spec, index, DockerCluster::peerUrl)
            .flag("data-dir", DATA)
            .flag("listen-peer-urls", "http://0.0.0.0:" + EtcdContainer.PEER_PORT)
            .flag(
                "listen-client-urls",
                spec.clientScheme()
                    + "://0.0.0.0:"
                    + EtcdContainer.CLIENT_PORT
                    + ",http://0.0.0.0:"
                    + EtcdContainer.ADMIN_PORT)
            .flag("advertise-client-urls", accesses.get(index).endpoint())
            .withoutSync(image.version())
            .tls(spec, DockerCluster::placed)
            .with(spec.flags());
    EtcdContainer container =
        new EtcdContainer(
            DockerImageName.parse(image.name()),
            peers,
            index,
            command,
            id -> watchdog.ifPresent(dog -> dog.container(id)));
    container.withLabels(labels());
    spec.tls()
        .ifPresent(
            tls -> {
              copy(tls.certificate(), container);
              copy(tls.key(), container);
              tls.clientCa().ifPresent(ca -> copy(ca, container));
            });
    return container;
  }

  /** How the containers of a cluster can be told from others, by people too. */
  private Map<String, String> labels() {
    return Map.of(LABEL, ProcessHandle.current().pid() + "/" + spec.name());
  }

  private static String peerUrl(int index) {
    return "http://" + ClusterSpec.memberName(index) + ":" + EtcdContainer.PEER_PORT;
  }

  private static String placed(String file) {
    return CERTIFICATES + Path.of(file).toAbsolutePath().toString().replace('/', '-');
  }

  private static void copy(Path file, EtcdContainer container) {
    container.withCopyFileToContainer(
        MountableFile.forHostPath(file, READABLE), placed(file.toString()));
  }

  @Override
  public List<MemberHost> members() {
    return List.copyOf(members);
  }

  @Override
  public ClientAccess access(int index) {
    return accesses.get(index);
  }

  @Override
  public void startAll() {
    List<EtcdContainer> containers = members.stream().map(DockerMember::container).toList();
    try {
      Startables.deepStart(containers).join();
    } catch (CompletionException e) {
      throw new EtcdClusterException(
          "cannot start the containers of " + spec.name() + ": " + e.getCause(), e);
    }
    members.forEach(DockerMember::awaitListening);
  }

  @Override
  public Command etcdctl(
      List<Integer> asked, List<String> words, Map<String, String> environment, Duration limit) {
    int first = asked.get(0);
    List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoints(asked)));
    command.addAll(words);
    try {
      Container.ExecResult done =
          members
              .get(first)
              .container()
              .execInContainer(
                  ExecConfig.builder()
                      .command(command.toArray(String[]::new))
                      .envVars(environment)
                      .build());
      return new Command(done.getExitCode(), done.getStdout(), done.getStderr());
    } catch (IOException e) {
      throw new EtcdClusterException("etcdctl failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdClusterException("interrupted while etcdctl ran", e);
    }
  }

  @Override
  public EtcdctlProcess etcdctlProcess(
      List<Integer> asked, List<String> words, Map<String, String> environment) {
    List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoints(asked)));
    command.addAll(words);
    DockerEtcdctl started =
        DockerEtcdctl.start(
            new EtcdctlWords(words).toString(),
            DockerImageName.parse(image.name()),
            command,
            environment,
            labels());
    watchdog.ifPresent(dog -> dog.container(started.containerId()));
    commands.add(started);
    return started;
  }

  private String endpoints(List<Integer> asked) {
    return asked.stream()
        .map(index -> members.get(index).container().innerAddress())
        .map(address -> "http://" + address + ":" + EtcdContainer.ADMIN_PORT)
        .collect(Collectors.joining(","));
  }

  @Override
  public String description() {
    return "containers of " + image.name();
  }

  @Override
  public void close() {
    commands.forEach(EtcdctlProcess::close);
    members.parallelStream().map(DockerMember::container).forEach(this::remove);
    try {
      peers.close();
      watchdog.ifPresent(dog -> dog.removed(peers.id()));
    } catch (RuntimeException e) {
      LOG.warn("{}: the network of its members may remain", spec.name(), e);
    }
    loop.close();
    watchdog.ifPresent(Watchdog::close);
  }

  private void remove(EtcdContainer container) {
    String id = container.getContainerId();
    if (id == null) {
      return;
    }
    try {
      container.stop();
      watchdog.ifPresent(dog -> dog.removed(id));
    } catch (RuntimeException e) {
      LOG.warn("{}: the container {} may remain", spec.name(), id, e);
    }
  }
}
