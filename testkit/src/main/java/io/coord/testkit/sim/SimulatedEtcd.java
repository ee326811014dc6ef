package io.coord.testkit.sim;

import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.NamespacedStore;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An etcd cluster in memory, its clients, and the network between them, in virtual time.
 *
 * <p>It keeps etcd's rules for revisions, transactions, leases and watches. Requests, answers and
 * watch messages each take a time of their own, so that they overtake each other; the {@link
 * SimulatedFaults} add what can go wrong, by chance, and {@link #faults()} on demand. All chance
 * comes from the seed: the same seed and the same program give the same history.
 *
 * <pre>{@code
 * SimulatedEtcd etcd = SimulatedEtcd.of(seed, SimulatedFaults.stormy());
 * Store store = etcd.client("a");
 * TxnResult result = etcd.await(store.txn(TxnRequest.of(Op.put(key, value))));
 * }</pre>
 *
 * <p>There are no threads. Nothing happens except while one of {@link #step}, {@link #run}, {@link
 * #runFor} and {@link #await} runs, and then it happens on the calling thread; what a client's
 * callback throws is thrown there. So the program under test must never block: a blocking method of
 * Coord would wait forever for events that only its caller could bring about. One thread at a time
 * may use a simulation.
 */
public final class SimulatedEtcd {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LATEST_CALLBACK = Duration.ofMillis(2);
  private static final String NO_ENDPOINT = "http://simulated:2379";

  private final long seed;
  private final World world;
  private final Server server;
  private final Clients clients;
  private final FaultInjector faults;
  private boolean stepping;

  private SimulatedEtcd(long seed, SimulatedFaults profile) {
    this.seed = seed;
    this.world = new World(seed, profile);
    this.server = new Server(world);
    this.clients = new Clients(world, server);
    this.faults = new FaultInjector(world, server, clients);
    new RandomDisturbances(world, server, clients, faults).begin();
  }

  /**
   * Creates a cluster in which nothing goes wrong unless asked for.
   *
   * @param seed decides all chance
   * @return the cluster, empty, at time zero
   */
  public static SimulatedEtcd of(long seed) {
    return of(seed, SimulatedFaults.none());
  }

  /**
   * Creates a cluster.
   *
   * @param seed decides all chance
   * @param profile what goes wrong by chance
   * @return the cluster, empty, at time zero
   */
  public static SimulatedEtcd of(long seed, SimulatedFaults profile) {
    return new SimulatedEtcd(seed, profile);
  }

  /**
   * Returns the seed.
   *
   * @return what all chance comes from
   */
  public long seed() {
    return seed;
  }

  /**
   * Starts a client.
   *
   * @param name its name in the history and for {@link #faults()}; free again once the client's
   *     store is closed or the client killed
   * @return its store
   * @throws IllegalArgumentException when a client of that name is alive
   */
  public Store client(String name) {
    return start(configOf(name)).store();
  }

  /**
   * Starts a client with a connection. Callbacks run in virtual time as well, each after a delay of
   * its own, and so in any order.
   *
   * @param name the connection's name; see {@link #client}
   * @return the connection, with default settings
   * @throws IllegalArgumentException when a client of that name is alive
   */
  public Coord coord(String name) {
    return coord(configOf(name));
  }

  /**
   * Starts a client with a connection. Of the settings, its name, namespace, request timeout and
   * time to live count.
   *
   * @param config the connection's settings
   * @return the connection
   * @throws IllegalArgumentException when a client of that name is alive
   */
  public Coord coord(CoordConfig config) {
    Clients.Client client = start(config);
    Executor callbacks =
        task ->
            client.process().task(world.dice().mostlyShort(Duration.ZERO, LATEST_CALLBACK), task);
    Store store =
        config.namespace().isEmpty()
            ? client.store()
            : new NamespacedStore(client.store(), config.namespace());
    return CoordRuntime.over(config, store, callbacks);
  }

  /**
   * Closes a connection, which revokes the leases of its sessions: {@link Coord#close()} itself
   * would wait for that without running the simulation.
   *
   * @param coord the connection, one of this simulation
   */
  public void close(Coord coord) {
    await(CoordRuntime.of(coord).sessions().closeAll());
    coord.close();
  }

  private Clients.Client start(CoordConfig config) {
    return clients.add(config.name(), config.requestTimeout());
  }

  private static CoordConfig configOf(String name) {
    return Coord.builder().name(name).endpoints(NO_ENDPOINT).build();
  }

  /**
   * Returns what can be made to go wrong.
   *
   * @return the faults on demand
   */
  public FaultInjector faults() {
    return faults;
  }

  /**
   * Returns the cluster's revision, as it is at this moment.
   *
   * @return the revision of the last change
   */
  public long revision() {
    return server.keys().revision();
  }

  /**
   * Looks at keys from outside: no client is involved and no time passes.
   *
   * @param range which keys
   * @return the keys as they are at this moment, in order
   */
  public List<KeyValue> keys(KeyRange range) {
    return List.copyOf(server.keys().list(range, revision()));
  }

  /**
   * Looks at the leases from outside.
   *
   * @return the numbers of those that exist at this moment, in the order of their grants
   */
  public List<Long> leases() {
    return server.leases().all().stream().map(LeaseTable.Lease::id).toList();
  }

  /**
   * Adds an observer that is told of every change of keys at the moment at which it is committed,
   * before any client can know of it: the place to check invariants.
   *
   * @param observer receives all changes of one revision
   */
  public void onCommit(Consumer<List<WatchEvent>> observer) {
    server.observe(observer);
  }

  /**
   * Returns the virtual time.
   *
   * @return how long the simulation has been running
   */
  public Duration now() {
    return Duration.ofNanos(world.queue().now());
  }

  /**
   * Returns how much has happened.
   *
   * @return the number of events since the beginning
   */
  public long events() {
    return world.queue().happened();
  }

  /** Lets the next event happen. */
  public void step() {
    if (stepping) {
      throw new IllegalStateException(
          "the simulation was driven from within one of its events; let the event return instead");
    }
    stepping = true;
    try {
      world.queue().step();
    } finally {
      stepping = false;
    }
  }

  /**
   * Runs until a condition holds or a time is over.
   *
   * @param until the condition; looked at after each event
   * @param limit how much virtual time may pass
   * @return whether the condition holds
   */
  public boolean run(BooleanSupplier until, Duration limit) {
    long end = world.queue().now() + limit.toNanos();
    while (!until.getAsBoolean()) {
      OptionalLong next = world.queue().next();
      if (next.isEmpty() || next.getAsLong() > end) {
        world.queue().skipTo(end);
        return false;
      }
      step();
    }
    return true;
  }

  /**
   * Runs for a while.
   *
   * @param length how much virtual time passes
   */
  public void runFor(Duration length) {
    run(() -> false, length);
  }

  /**
   * Runs until a condition holds.
   *
   * @param condition what to wait for
   * @throws SimulationFailure when it does not hold within ten virtual minutes
   */
  public void await(BooleanSupplier condition) {
    if (!run(condition, PATIENCE)) {
      throw new SimulationFailure(this, "the awaited condition did not hold within " + PATIENCE);
    }
  }

  /**
   * Runs until a future is done.
   *
   * @param future what to wait for
   * @param <T> the type of its value
   * @return its value
   * @throws SimulationFailure when it is not done within ten virtual minutes, or fails with a
   *     checked exception
   * @throws RuntimeException what it failed with, if that is unchecked
   */
  public <T> T await(CompletableFuture<T> future) {
    if (!run(future::isDone, PATIENCE)) {
      throw new SimulationFailure(this, "the awaited future was not done within " + PATIENCE);
    }
    try {
      return future.join();
    } catch (RuntimeException e) {
      Throwable cause = Futures.unwrap(e);
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new SimulationFailure(this, "the awaited future failed", cause);
    }
  }

  /**
   * Writes into the history what the program under test does, or was told.
   *
   * @param actor who
   * @param action what
   * @param detail of what; immutable, for it is rendered when somebody reads the history
   */
  public void note(String actor, String action, Object detail) {
    world.history().add(actor, action, detail);
  }

  /**
   * Returns what has happened, one event a line, newest last; of a long simulation, the end.
   *
   * @return the history
   */
  public String history() {
    return world.history().render();
  }

  String recentHistory() {
    return world.history().render(SimulationFailure.SHOWN_EVENTS);
  }
}
