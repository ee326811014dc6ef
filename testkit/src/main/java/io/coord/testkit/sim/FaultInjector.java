package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import java.time.Duration;

/**
 * Faults on demand: what goes wrong when a test says so, besides what the {@link SimulatedFaults}
 * bring by chance. Clients are named as in {@link SimulatedEtcd#client(String)}.
 *
 * <p>Methods take effect at the present moment of virtual time. Those that name a client throw
 * {@link IllegalArgumentException} when there is none of that name.
 */
public final class FaultInjector {

  private final World world;
  private final Server server;
  private final Clients clients;

  FaultInjector(World world, Server server, Clients clients) {
    this.world = world;
    this.server = server;
    this.clients = clients;
  }

  /**
   * Loses the next request of a client: it is never applied.
   *
   * @param client the client's name
   * @param kind which request
   */
  public void loseRequest(String client, RequestKind kind) {
    process(client).script(kind, new Fate.RequestLost());
  }

  /**
   * Applies the next request of a client and loses its answer.
   *
   * @param client the client's name
   * @param kind which request
   */
  public void loseReply(String client, RequestKind kind) {
    process(client).script(kind, new Fate.ReplyLost());
  }

  /**
   * Holds the next request of a client up, and then applies it, whatever its caller was told in the
   * meantime: the ghost of a request.
   *
   * @param client the client's name
   * @param kind which request
   * @param delay for how long
   */
  public void delayRequest(String client, RequestKind kind, Duration delay) {
    process(client).script(kind, new Fate.Late(delay.toNanos()));
  }

  /**
   * Applies the next request of a client twice, if it is marked as repeatable; the answer to the
   * second one goes nowhere.
   *
   * @param client the client's name
   * @param kind which request
   * @param delay how late the second one is
   */
  public void duplicateRequest(String client, RequestKind kind, Duration delay) {
    process(client).script(kind, new Fate.Twice(delay.toNanos()));
  }

  /**
   * Cuts a client off from the server, in both directions, until {@link #heal}. Its watch stream
   * breaks. What it sends, or had under way, is lost or held up until then, by chance.
   *
   * @param client the client's name
   */
  public void partition(String client) {
    cutOff(clients.get(client));
  }

  /**
   * Cuts a client off for a while; see {@link #partition(String)}.
   *
   * @param client the client's name
   * @param length for how long
   */
  public void partition(String client, Duration length) {
    partition(client);
    later(length, () -> heal(client));
  }

  /**
   * Ends a partition; does nothing if there is none.
   *
   * @param client the client's name
   */
  public void heal(String client) {
    process(client).reconnect();
  }

  /**
   * Stops a client from running, while time goes on, until {@link #resume}: as SIGSTOP does. What
   * it has sent is served; what arrives waits for it.
   *
   * @param client the client's name
   */
  public void pause(String client) {
    process(client).pause();
  }

  /**
   * Stops a client from running for a while; see {@link #pause(String)}.
   *
   * @param client the client's name
   * @param length for how long
   */
  public void pause(String client, Duration length) {
    pause(client);
    later(length, () -> resume(client));
  }

  /**
   * Lets a paused client run again: its timers that have become due fire, late, and what has
   * arrived is delivered, in either order.
   *
   * @param client the client's name
   */
  public void resume(String client) {
    process(client).resume();
  }

  /**
   * Ends a client's process without its noticing: nothing of it ever runs again, nothing is closed
   * or revoked. What it has sent is still served. Its name may be given to a new client.
   *
   * @param client the client's name
   */
  public void kill(String client) {
    Clients.Client victim = clients.get(client);
    victim.process().die();
    victim.store().abandon();
  }

  /**
   * Breaks a client's watch stream. Its watches are resumed after a while, each from the last
   * revision that it reported.
   *
   * @param client the client's name
   */
  public void breakWatches(String client) {
    clients.get(client).store().breakWatches();
  }

  /**
   * Stops the server until {@link #startServer}. Requests are refused or lost; leases do not run
   * out.
   */
  public void stopServer() {
    if (server.isUp()) {
      server.stop();
      clients.alive().forEach(client -> client.store().breakWatches());
    }
  }

  /**
   * Stops the server for a while; see {@link #stopServer()}.
   *
   * @param length for how long
   */
  public void stopServer(Duration length) {
    stopServer();
    later(length, this::startServer);
  }

  /** Starts the server again. Each lease has its full time to live then. */
  public void startServer() {
    if (!server.isUp()) {
      server.start();
    }
  }

  /** Makes another member the leader, which gives each lease its full time to live again. */
  public void changeLeader() {
    world.history().add("fault", "changes the leader", "");
    server.extendAllLeases();
  }

  /** Compacts everything before the present revision away; does nothing when that was done. */
  public void compact() {
    if (server.keys().revision() > server.keys().compacted()) {
      server.compact(server.keys().revision());
    }
  }

  /**
   * Compacts everything before a revision away.
   *
   * @param revision the oldest revision that can still be read
   * @throws io.coord.core.CompactedException when it was compacted already
   * @throws io.coord.core.RefusedException when it is in the future
   */
  public void compact(long revision) {
    server.compact(revision);
  }

  /**
   * Lets a lease run out at once: within half a second the server revokes it, and until then it
   * answers no keep-alive of it.
   *
   * @param lease the lease's number; one that is unknown is ignored
   */
  public void expireLease(long lease) {
    world.history().add("fault", "lets run out lease", Long.toHexString(lease));
    server.leases().find(lease).ifPresent(server::runOutNow);
  }

  /**
   * Revokes a lease from outside.
   *
   * @param lease the lease's number; one that is unknown is ignored
   */
  public void revokeLease(long lease) {
    world.history().add("fault", "revokes lease", Long.toHexString(lease));
    server.revokeLease(lease);
  }

  /**
   * Deletes a key by hand.
   *
   * @param key the key; one that is unknown is ignored
   */
  public void deleteKey(Bytes key) {
    world.history().add("fault", "deletes key", key);
    server.keys().delete(KeyRange.single(key));
    server.commit();
  }

  /**
   * Changes how much goes wrong by chance from now on.
   *
   * @param faults the new profile; disturbances that it adds begin to count now
   */
  public void change(SimulatedFaults faults) {
    world.changeFaults(faults);
  }

  /**
   * Ends everything that goes wrong: nothing fails by chance any more, partitions heal, paused
   * clients run, the server is up. Requests that are held up or delayed still arrive.
   */
  public void calm() {
    world.history().add("fault", "everything is well again", "");
    world.changeFaults(world.faults().calmed());
    startServer();
    clients.alive().forEach(client -> client.process().reconnect());
    clients.alive().forEach(client -> client.process().resume());
  }

  private void cutOff(Clients.Client client) {
    client.process().cutOff();
    client.store().breakWatches();
  }

  private void later(Duration delay, Runnable action) {
    world.queue().after(delay.toNanos(), action);
  }

  private ClientProcess process(String client) {
    return clients.get(client).process();
  }
}
