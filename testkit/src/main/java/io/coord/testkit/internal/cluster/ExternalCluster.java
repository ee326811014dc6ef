package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdBinaries;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.provision.Command;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of the user's, in which nothing can be broken.
 *
 * <p>Since tests delete everything in it, one that is not empty at the start is refused.
 */
public final class ExternalCluster implements ClusterHost {

  private static final Logger LOG = LoggerFactory.getLogger(ExternalCluster.class);

  private final ClusterSpec spec;
  private final List<MemberHost> members;
  private final List<ClientAccess> accesses;
  private final ClusterAdmin admin;
  private final Queue<EtcdctlProcess> commands = new ConcurrentLinkedQueue<>();
  private volatile boolean accepted;

  /**
   * Takes the cluster at these addresses; nothing is asked of it yet.
   *
   * @param spec for its name
   * @param endpoints the members' addresses for clients
   */
  public ExternalCluster(ClusterSpec spec, List<String> endpoints) {
    this.spec = spec;
    this.members =
        endpoints.stream().<MemberHost>map(url -> new ExternalMember(URI.create(url))).toList();
    this.accesses = endpoints.stream().<ClientAccess>map(ExternalAccess::new).toList();
    this.admin =
        new ClusterAdmin(spec.name(), () -> members.stream().map(MemberHost::adminUri).toList());
  }

  @Override
  public List<MemberHost> members() {
    return members;
  }

  @Override
  public ClientAccess access(int index) {
    return accesses.get(index);
  }

  @Override
  public void startAll() {
    long keys = admin.keys();
    if (keys > 0) {
      throw new EtcdClusterException(
          "the cluster at "
              + members
              + " holds "
              + keys
              + " key(s). Tests delete everything in it, so only an empty one is used; empty it"
              + " yourself (etcdctl del \"\" --from-key), name another in COORD_ENDPOINTS, or unset"
              + " that to have one started");
    }
    accepted = true;
  }

  @Override
  public Command etcdctl(
      List<Integer> asked, List<String> words, Map<String, String> environment, Duration limit) {
    return local(asked).run(words, environment, limit);
  }

  @Override
  public EtcdctlProcess etcdctlProcess(
      List<Integer> asked, List<String> words, Map<String, String> environment) {
    LocalEtcdctl started = local(asked).start(words, environment, ProcessBuilder::start);
    commands.add(started);
    return started;
  }

  private LocalEtcdctlCommand local(List<Integer> asked) {
    List<URI> uris = asked.stream().map(index -> members.get(index).adminUri()).toList();
    return new LocalEtcdctlCommand(EtcdBinaries.find(), uris);
  }

  @Override
  public String description() {
    return "the user's own at " + members;
  }

  @Override
  public void close() {
    commands.forEach(EtcdctlProcess::close);
    if (!accepted) {
      return;
    }
    try {
      admin.deleteEverything();
    } catch (EtcdClusterException e) {
      LOG.warn("{}: keys of the tests may remain at {}", spec.name(), members, e);
    }
  }
}
