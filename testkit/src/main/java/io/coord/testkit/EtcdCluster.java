package io.coord.testkit;

import io.coord.testkit.internal.cluster.ClusterAdmin;
import io.coord.testkit.internal.cluster.ClusterHost;
import io.coord.testkit.internal.cluster.ClusterSpec;
import io.coord.testkit.internal.cluster.Waiting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real etcd cluster for tests, with faults.
 *
 * <pre>{@code
 * try (EtcdCluster cluster = EtcdCluster.builder().members(3).start()) {
 *   useIt(cluster.endpoints());
 *   cluster.leader().orElseThrow().kill();
 *   ...
 *   cluster.heal();
 * }
 * }</pre>
 *
 * <p>Clients reach the members through links of the fixture, so every address stays the same over
 * kills and restarts, and can be cut. The fixture's own calls, and {@code etcdctl}, go past these
 * links: they see the cluster as it is. The members keep etcd's defaults, but do not sync to disk.
 *
 * <p>Methods block; those that wait have a limit. They throw {@link EtcdClusterException} when the
 * cluster does not do what is asked, or the thread is interrupted, in which case the interrupt flag
 * stays set. Any thread may call.
 *
 * <p>{@link #close()} ends all members and removes their data; so does the end of the JVM, in any
 * way that runs shutdown hooks. If the JVM is killed, members that are processes are killed by a
 * watchdog; containers are removed by it if there is a {@code docker} command, or by
 * Testcontainers' Ryuk if that is not disabled.
 */
public final class EtcdCluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdCluster.class);
  private static final Duration HEAL_LIMIT = Duration.ofSeconds(60);

  private final ClusterSpec spec;
  private final ClusterHost host;
  private final List<EtcdMember> members;
  private final ClusterAdmin admin;
  private final ClusterLeader leader;
  private final Etcdctl etcdctl;
  private final Thread shutdownHook;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EtcdCluster(ClusterSpec spec, ClusterHost host) {
    this.spec = spec;
    this.host = host;
    this.members =
        IntStream.range(0, host.members().size())
            .mapToObj(i -> new EtcdMember(spec.name(), i, host.members().get(i), host.access(i)))
            .toList();
    this.admin = new ClusterAdmin(spec.name(), this::askable);
    this.leader = new ClusterLeader(spec.name(), members, admin);
    this.etcdctl = new Etcdctl(host, admin);
    this.shutdownHook = new Thread(this::end, spec.name() + "-shutdown");
  }

  /**
   * Begins the settings of a cluster.
   *
   * @return the settings, for one member
   */
  public static EtcdClusterBuilder builder() {
    return new EtcdClusterBuilder();
  }

  static EtcdCluster start(ClusterSpec spec, ClusterHost host, Duration limit) {
    EtcdCluster cluster = new EtcdCluster(spec, host);
    try {
      Runtime.getRuntime().addShutdownHook(cluster.shutdownHook);
      LOG.info("{}: starting {} member(s), {}", spec.name(), spec.members(), host.description());
      host.startAll();
      cluster.members.forEach(EtcdMember::started);
      cluster.awaitHealthy(limit);
      LOG.info("{}: ready at {}", spec.name(), cluster.connectionString());
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /**
   * Gives the addresses for clients, in the order of the members. They stay the same for good.
   *
   * @return such as {@code http://127.0.0.1:23456}
   */
  public List<String> endpoints() {
    return members.stream().map(EtcdMember::endpoint).toList();
  }

  /**
   * Gives the addresses for clients in one string.
   *
   * @return the endpoints with commas between
   */
  public String connectionString() {
    return String.join(",", endpoints());
  }

  /**
   * Gives the members.
   *
   * @return all, by index
   */
  public List<EtcdMember> members() {
    return members;
  }

  /**
   * Gives one member.
   *
   * @param index from 0
   * @return the member
   */
  public EtcdMember member(int index) {
    return members.get(index);
  }

  /**
   * Gives the leader, as far as members that run can tell. When an old leader does not know yet
   * that it was replaced, the one of the later term counts.
   *
   * @return the leader, or empty while there is none
   */
  public Optional<EtcdMember> leader() {
    return leader.find();
  }

  /**
   * Waits until there is a leader.
   *
   * @param limit how long
   * @return the leader
   */
  public EtcdMember awaitLeader(Duration limit) {
    return leader.await(limit);
  }

  /**
   * Gives the members that do not lead, by index.
   *
   * @return all but the leader
   */
  public List<EtcdMember> followers() {
    return leader.followers();
  }

  /**
   * Makes a member the leader, and waits until it is.
   *
   * @param to a member that runs and can be reached by the others
   * @throws IllegalStateException when it does not run or is isolated
   */
  public void moveLeader(EtcdMember to) {
    leader.move(to);
  }

  /**
   * Compacts the store up to its current revision: older revisions can no longer be read or
   * watched.
   *
   * @return that revision
   */
  public long compact() {
    return admin.compact();
  }

  /**
   * Gives the store's current revision, by a read that needs a majority.
   *
   * @return the revision
   */
  public long revision() {
    return admin.revision();
  }

  /**
   * Gives the number of keys, by a read that needs a majority.
   *
   * @return how many
   */
  public long keyCount() {
    return admin.keys();
  }

  /**
   * Gives the number of leases that the leader knows of.
   *
   * @return how many
   */
  public int leaseCount() {
    return admin.leases().size();
  }

  /**
   * Waits until every member that is not broken on purpose answers a read that needs a majority.
   *
   * @param limit how long
   * @throws EtcdClusterException when that is not so in time; the message says which member does
   *     not answer, with the end of its log
   */
  public void awaitHealthy(Duration limit) {
    Waiting.until(
        limit,
        () ->
            members.stream()
                .filter(EtcdMember::answers)
                .allMatch(member -> admin.isHealthy(member.adminUri())),
        () -> spec.name() + " is not healthy after " + limit + state() + logs());
  }

  /**
   * Repairs everything that was broken on purpose: frozen members are thawed, those that are down
   * restarted, links repaired and their delays taken away, authentication turned off. Then waits
   * until all are healthy. Does nothing when nothing is broken.
   */
  public void heal() {
    boolean broken = false;
    for (EtcdMember member : members) {
      broken |= member.heal();
    }
    if (broken) {
      awaitHealthy(HEAL_LIMIT);
    }
    if (admin.userAndPassword().isPresent()) {
      admin.disableAuth();
    }
  }

  /** Deletes all keys and revokes all leases. */
  public void deleteEverything() {
    admin.deleteEverything();
  }

  /**
   * Makes a user {@code root} with this password and turns authentication on, until {@link
   * #heal()}. The fixture's own calls, and {@code etcdctl}, go on as that user.
   *
   * @param rootPassword plain ASCII
   */
  public void enableAuth(String rootPassword) {
    admin.enableAuth(rootPassword);
  }

  /**
   * Runs {@code etcdctl} against the members that run and are not isolated, past the fixture's
   * links.
   *
   * @param words its command and arguments, such as {@code "get", "key"}
   * @return what it wrote to standard output
   * @throws EtcdClusterException when it fails; the message holds what it wrote to standard error
   */
  public String etcdctl(String... words) {
    return etcdctl.run(askableIndexes(), List.of(words));
  }

  /**
   * Runs {@code etcdctl} against one member only, past the fixture's links.
   *
   * @param member the member
   * @param words its command and arguments, such as {@code "get", "--consistency=s", "key"}
   * @return what it wrote to standard output
   * @throws EtcdClusterException when it fails; the message holds what it wrote to standard error
   */
  public String etcdctl(EtcdMember member, String... words) {
    return etcdctl.run(List.of(member.index()), List.of(words));
  }

  /**
   * Starts an {@code etcdctl} that keeps running, against the members that run and are not
   * isolated, past the fixture's links. It is killed with the cluster at the latest.
   *
   * @param words its command and arguments, such as {@code "lock", "name"}
   * @return the process
   */
  public EtcdctlProcess etcdctlProcess(String... words) {
    return etcdctl.start(askableIndexes(), List.of(words));
  }

  /** The members that can answer now; where there are none, those that come closest to it. */
  private List<Integer> askableIndexes() {
    return Stream.<Predicate<EtcdMember>>of(
            EtcdMember::answers, EtcdMember::isRunning, member -> true)
        .map(condition -> members.stream().filter(condition).map(EtcdMember::index).toList())
        .filter(indexes -> !indexes.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private List<URI> askable() {
    return askableIndexes().stream().map(index -> member(index).adminUri()).toList();
  }

  private String state() {
    return ": " + members;
  }

  private String logs() {
    return members.stream()
        .filter(EtcdMember::answers)
        .filter(member -> !admin.isHealthy(member.adminUri()))
        .map(member -> "\n--- log of " + member + "\n" + member.logTail())
        .collect(Collectors.joining());
  }

  /** Ends all members and removes their data. A second call does nothing. Never throws. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      LOG.trace("the JVM is ending already", e);
    }
    end();
  }

  private void end() {
    if (closed.compareAndSet(false, true)) {
      host.close();
      LOG.info("{}: closed", spec.name());
    }
  }

  /** Renders the cluster's name and its members' states. */
  @Override
  public String toString() {
    return spec.name() + state();
  }
}
