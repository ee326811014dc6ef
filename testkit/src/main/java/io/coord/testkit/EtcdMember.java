package io.coord.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.testkit.internal.cluster.ClientAccess;
import io.coord.testkit.internal.cluster.MemberHost;
import io.coord.testkit.internal.net.Passage;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a cluster, and the faults that can be made at it.
 *
 * <p>Every method that makes or repairs a fault returns when that is done, and does nothing when
 * the member is as asked already. After a repair the member may still be catching up; see {@link
 * EtcdCluster#awaitHealthy(Duration)}. Faults of different kinds add up: a member can be isolated
 * and cut off from clients at once. Any thread may call; calls on one member take turns. Methods
 * throw {@link EtcdClusterException} when they fail or the thread is interrupted, and the interrupt
 * flag stays set.
 *
 * <p>On a cluster of the user's ({@code COORD_ENDPOINTS}) no fault can be made: the methods abort
 * the test, which JUnit reports as skipped.
 */
public final class EtcdMember {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdMember.class);

  private final String name;
  private final int index;
  private final MemberHost host;
  private final ClientAccess access;

  @GuardedBy("this")
  private MemberState state = MemberState.DOWN;

  @GuardedBy("this")
  private boolean isolated;

  @GuardedBy("this")
  private Optional<ClientCut> cut = Optional.empty();

  @GuardedBy("this")
  private boolean delayed;

  EtcdMember(String cluster, int index, MemberHost host, ClientAccess access) {
    this.name = cluster + "/m" + index;
    this.index = index;
    this.host = host;
    this.access = access;
  }

  /**
   * Gives the member's place in the cluster.
   *
   * @return from 0
   */
  public int index() {
    return index;
  }

  /**
   * Gives the member's address for clients. It stays the same over restarts.
   *
   * @return such as {@code http://127.0.0.1:23456}
   */
  public String endpoint() {
    return access.endpoint();
  }

  /**
   * Gives the address at which the member itself listens, past the fixture's link: for measuring,
   * where the link would be measured too. It may change with every restart, and cutting or delaying
   * clients does not reach it.
   *
   * @return such as {@code http://127.0.0.1:23457}
   */
  public String directEndpoint() {
    InetSocketAddress address = host.clientAddress();
    String scheme = URI.create(endpoint()).getScheme();
    return scheme + "://" + address.getHostString() + ":" + address.getPort();
  }

  /**
   * Tells whether the member runs.
   *
   * @return its state
   */
  public synchronized MemberState state() {
    return state;
  }

  /**
   * Tells whether the member is cut off from its peers.
   *
   * @return true between {@link #isolate()} and {@link #rejoin()}
   */
  public synchronized boolean isIsolated() {
    return isolated;
  }

  /** Kills the member as a crash does (SIGKILL). Clients find its address refused. */
  public synchronized void kill() {
    if (state == MemberState.DOWN) {
      return;
    }
    LOG.info("{}: kill", name);
    host.kill();
    access.shut();
    state = MemberState.DOWN;
  }

  /** Ends the member in an orderly way (SIGTERM), waking it first if it is frozen. */
  public synchronized void stop() {
    if (state == MemberState.DOWN) {
      return;
    }
    thaw();
    LOG.info("{}: stop", name);
    host.stop();
    access.shut();
    state = MemberState.DOWN;
  }

  /**
   * Starts the member on its old data and under its old address. One that runs or is frozen is
   * killed first. Returns when the member accepts connections, which is before it has caught up,
   * and does not wait for a majority, so that a whole cluster can be restarted member by member.
   */
  public synchronized void restart() {
    kill();
    LOG.info("{}: restart", name);
    begin();
  }

  /** Takes over a member that its backend has just started. */
  synchronized void started() {
    state = MemberState.RUNNING;
    access.open(host.clientAddress());
  }

  private synchronized void begin() {
    host.start();
    state = MemberState.RUNNING;
    if (!cut.equals(Optional.of(ClientCut.REFUSED))) {
      access.open(host.clientAddress());
    }
  }

  /**
   * Stops the member from running, as a long pause does (SIGSTOP). Its connections stay up, and its
   * address still accepts new ones, but nothing answers.
   *
   * @throws IllegalStateException when the member is down
   */
  public synchronized void freeze() {
    requireUp("freeze");
    if (state == MemberState.RUNNING) {
      LOG.info("{}: freeze", name);
      host.freeze();
      state = MemberState.FROZEN;
    }
  }

  /** Lets the member run on if it is frozen. */
  public synchronized void thaw() {
    if (state == MemberState.FROZEN) {
      LOG.info("{}: thaw", name);
      host.thaw();
      state = MemberState.RUNNING;
    }
  }

  /**
   * Cuts the member off from all other members: no byte passes in either direction. Clients still
   * reach it.
   *
   * @throws IllegalStateException when the member is down
   */
  public synchronized void isolate() {
    requireUp("isolate");
    if (!isolated) {
      LOG.info("{}: isolate", name);
      host.isolate();
      isolated = true;
    }
  }

  /** Ends the isolation. */
  public synchronized void rejoin() {
    if (isolated) {
      LOG.info("{}: rejoin", name);
      host.rejoin();
      isolated = false;
    }
  }

  /**
   * Cuts clients off from the member; the other members still reach it. One cut replaces another.
   *
   * @param how how clients find it
   */
  public synchronized void cutClients(ClientCut how) {
    LOG.info("{}: cut clients, {}", name, how);
    boolean wasShut = cut.equals(Optional.of(ClientCut.REFUSED));
    switch (how) {
      case REFUSED -> access.shut();
      case SILENT -> access.pass(Passage.CLOSED);
      case REPLIES_LOST -> access.pass(Passage.REQUESTS_ONLY);
    }
    cut = Optional.of(how);
    if (wasShut && how != ClientCut.REFUSED && state != MemberState.DOWN) {
      access.open(host.clientAddress());
    }
  }

  /** Ends the cut. */
  public synchronized void reconnectClients() {
    if (cut.isEmpty()) {
      return;
    }
    LOG.info("{}: reconnect clients", name);
    cut = Optional.empty();
    access.pass(Passage.OPEN);
    if (state != MemberState.DOWN) {
      access.open(host.clientAddress());
    }
  }

  /**
   * Makes the link to clients slow: everything takes this much longer, each way. It applies to
   * connections that are up, too.
   *
   * @param delay how much longer; zero ends it
   */
  public synchronized void delayClients(Duration delay) {
    LOG.info("{}: delay clients by {} each way", name, delay);
    access.delay(delay);
    delayed = !delay.isZero();
  }

  /**
   * Gives the last lines of the member's log.
   *
   * @return at most a few dozen lines
   */
  public String logTail() {
    return host.logTail();
  }

  /** Repairs all that was broken at this member, and tells whether there was anything. */
  synchronized boolean heal() {
    boolean broken = state != MemberState.RUNNING || isolated || cut.isPresent() || delayed;
    if (delayed) {
      delayClients(Duration.ZERO);
    }
    reconnectClients();
    thaw();
    if (state == MemberState.DOWN) {
      restart();
    }
    rejoin();
    return broken;
  }

  /** Tells whether the fixture can expect answers from the member. */
  synchronized boolean answers() {
    return state == MemberState.RUNNING && !isolated;
  }

  synchronized boolean isRunning() {
    return state == MemberState.RUNNING;
  }

  URI adminUri() {
    return host.adminUri();
  }

  @GuardedBy("this")
  private void requireUp(String fault) {
    if (state == MemberState.DOWN) {
      throw new IllegalStateException(name + " is down; restart it before you " + fault + " it");
    }
  }

  /** Renders the member's name and state. */
  @Override
  public synchronized String toString() {
    return name
        + " ("
        + state
        + (isolated ? ", isolated" : "")
        + cut.map(how -> ", clients cut: " + how).orElse("")
        + ")";
  }
}
