package io.coord.testkit;

import io.coord.testkit.internal.choice.Hosts;
import io.coord.testkit.internal.cluster.ClusterSpec;
import io.coord.testkit.internal.net.PeerMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Settings of a cluster; not for use by several threads. */
public final class EtcdClusterBuilder {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private int members = 1;
  private final List<String> flags = new ArrayList<>();
  private Optional<EtcdTls> tls = Optional.empty();
  private Optional<EtcdBackend> backend = Optional.empty();
  private Duration startLimit = Duration.ofSeconds(60);

  EtcdClusterBuilder() {}

  /**
   * Sets how many members the cluster has. Without it, one.
   *
   * @param count from 1 to 9
   * @return this
   */
  public EtcdClusterBuilder members(int count) {
    if (count < 1 || count > Math.min(9, PeerMesh.MAX_MEMBERS)) {
      throw new IllegalArgumentException("members is " + count + "; expected 1 to 9");
    }
    members = count;
    return this;
  }

  /**
   * Adds a command line flag for every member.
   *
   * @param name such as {@code --quota-backend-bytes}
   * @param value its value
   * @return this
   */
  public EtcdClusterBuilder flag(String name, String value) {
    return flag(name + "=" + value);
  }

  /**
   * Adds a command line flag for every member.
   *
   * @param flag the whole of it, such as {@code --max-txn-ops=1024}
   * @return this
   */
  public EtcdClusterBuilder flag(String flag) {
    if (!flag.startsWith("--")) {
      throw new IllegalArgumentException(
          "flag \"" + flag + "\" is malformed; expected --NAME or --NAME=VALUE");
    }
    flags.add(flag);
    return this;
  }

  /**
   * Makes the members serve clients over TLS only. The fixture's own calls are not affected.
   *
   * @param certificates what the members need
   * @return this
   */
  public EtcdClusterBuilder tls(EtcdTls certificates) {
    tls = Optional.of(certificates);
    return this;
  }

  /**
   * Sets what runs the members, whatever the system property {@code coord.etcd} and the environment
   * say.
   *
   * @param forced the backend
   * @return this
   */
  public EtcdClusterBuilder backend(EtcdBackend forced) {
    backend = Optional.of(forced);
    return this;
  }

  /**
   * Sets how long the cluster may take to become healthy once its members have been started.
   * Without it, 60 s.
   *
   * @param limit the limit
   * @return this
   */
  public EtcdClusterBuilder startLimit(Duration limit) {
    startLimit = limit;
    return this;
  }

  /**
   * Starts the cluster and waits until it is healthy. Blocks for some seconds, or longer when an
   * etcd has to be fetched first.
   *
   * @return the cluster
   * @throws EtcdClusterException when it does not become healthy; the message holds the ends of the
   *     members' logs
   * @throws EtcdNotFoundException when there is nothing to run it with
   */
  public EtcdCluster start() {
    String name = "etcd-" + NUMBER.incrementAndGet();
    ClusterSpec spec = new ClusterSpec(name, members, flags, tls);
    return EtcdCluster.start(spec, Hosts.prepare(spec, backend), startLimit);
  }
}
