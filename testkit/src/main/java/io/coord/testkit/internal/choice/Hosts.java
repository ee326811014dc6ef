package io.coord.testkit.internal.choice;

import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdBinaries;
import io.coord.testkit.internal.cluster.ClusterHost;
import io.coord.testkit.internal.cluster.ClusterSpec;
import io.coord.testkit.internal.cluster.ExternalCluster;
import io.coord.testkit.internal.cluster.ProcessCluster;
import io.coord.testkit.internal.docker.DockerCluster;
import io.coord.testkit.internal.docker.DockerEngine;
import io.coord.testkit.internal.docker.EtcdImage;
import io.coord.testkit.internal.provision.EtcdVersion;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares a cluster on what this machine and its environment offer. */
public final class Hosts {

  private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);

  private Hosts() {}

  /** Prepares a cluster; nothing runs yet. */
  public static ClusterHost prepare(ClusterSpec spec, Optional<EtcdBackend> forced) {
    Map<String, String> environment = System.getenv();
    HostChoice choice =
        HostChoice.of(
            forced,
            Optional.ofNullable(System.getProperty(HostChoice.PROPERTY))
                .filter(value -> !value.isBlank()),
            environment,
            () -> DockerEngine.obstacle(image(environment)));
    if (choice instanceof HostChoice.Docker docker) {
      LOG.info("{}: etcd runs in Docker, because {}", spec.name(), docker.why());
      return new DockerCluster(spec, image(environment));
    }
    if (choice instanceof HostChoice.Processes processes) {
      LOG.info("{}: etcd runs as processes, because {}", spec.name(), processes.why());
      return new ProcessCluster(spec, EtcdBinaries.find());
    }
    return external(spec, (HostChoice.External) choice);
  }

  private static EtcdImage image(Map<String, String> environment) {
    return EtcdImage.of(environment, EtcdVersion.asked());
  }

  private static ClusterHost external(ClusterSpec spec, HostChoice.External external) {
    LOG.info(
        "{}: the cluster at {} is used, because {} names it",
        spec.name(),
        external.endpoints(),
        HostChoice.ENDPOINTS);
    if (!spec.flags().isEmpty() || spec.tls().isPresent()) {
      throw new TestAbortedException(
          "needs a cluster with settings of its own, which the cluster that "
              + HostChoice.ENDPOINTS
              + " names does not have");
    }
    return new ExternalCluster(spec, external.endpoints());
  }

  /** Tells whether clusters are the user's own one. */
  public static boolean areExternal() {
    return !HostChoice.endpoints(System.getenv()).isEmpty();
  }
}
