package io.coord.testkit.sim;

import io.coord.core.ClosedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The store of one client of the simulated etcd. */
final class ClientStore implements Store {

  private static final Duration LATEST_TIMER = Duration.ofMillis(1);

  private final World world;
  private final Server server;
  private final Network network;
  private final ClientProcess process;
  private final Duration requestTimeout;
  private final Set<Call<?>> calls = new LinkedHashSet<>();
  private final Set<ClientWatch> watches = new LinkedHashSet<>();

  /** The time of day at which every simulation begins. */
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final Scheduler scheduler = new ClientScheduler();
  private boolean closed;

  ClientStore(
      World world, Server server, Network network, ClientProcess process, Duration requestTimeout) {
    this.world = world;
    this.server = server;
    this.network = network;
    this.process = process;
    this.requestTimeout = requestTimeout;
  }

  boolean isClosed() {
    return closed;
  }

  /** Breaks the stream that carries this client's watches. */
  void breakWatches() {
    process.log("has its watches broken", watches.size());
    List.copyOf(watches).forEach(ClientWatch::breakOff);
  }

  /** The process has died: the server forgets its watches, and it is told nothing. */
  void abandon() {
    List.copyOf(watches).forEach(ClientWatch::abandon);
  }

  @Override
  public CompletableFuture<RangeResult> range(RangeRequest request) {
    return call(new Request.Range(request));
  }

  @Override
  public CompletableFuture<TxnResult> txn(TxnRequest request) {
    return call(new Request.Txn(request));
  }

  @Override
  public CompletableFuture<LeaseGrant> grantLease(long id, long ttlSeconds) {
    return call(new Request.Grant(id, ttlSeconds));
  }

  @Override
  public CompletableFuture<Boolean> revokeLease(long id) {
    return call(new Request.Revoke(id));
  }

  @Override
  public CompletableFuture<Long> keepLeaseAlive(long id) {
    return call(new Request.KeepAlive(id));
  }

  @Override
  public CompletableFuture<LeaseStatus> leaseStatus(long id) {
    return call(new Request.Status(id));
  }

  private <T> CompletableFuture<T> call(Request<T> request) {
    if (closed) {
      return CompletableFuture.failedFuture(closedException());
    }
    Call<T> call = new Call<>(world, network, process, request, calls::remove);
    calls.add(call);
    return call.start(requestTimeout);
  }

  @Override
  public Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    ClientWatch watch =
        new ClientWatch(
            world, server, process, range, startRevision, changes, listener, watches::remove);
    if (closed) {
      watch.fail(closedException());
    } else {
      watches.add(watch);
      watch.open();
    }
    return watch;
  }

  @Override
  public Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    process.log("closes its store", "");
    List.copyOf(watches).forEach(watch -> watch.fail(closedException()));
    List.copyOf(calls).forEach(Call::close);
  }

  private ClosedException closedException() {
    return new ClosedException("the connection " + process.name() + " is closed", null);
  }

  /** The client's clock; its timers fire a little late, as everywhere. */
  private final class ClientScheduler implements Scheduler {

    @Override
    public long nanoTime() {
      return process.nanoTime();
    }

    @Override
    public Instant timeOfDay() {
      return BEGINNING.plusNanos(world.queue().now());
    }

    @Override
    public long randomLong() {
      return world.dice().anyLong();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      long late = world.dice().mostlyShort(Duration.ZERO, LATEST_TIMER);
      long nanos = Math.max(0, delay.toNanos()) + late;
      return process.task(nanos, () -> runUnlessClosed(task))::cancel;
    }

    @Override
    public void execute(Runnable task) {
      process.task(0, () -> runUnlessClosed(task));
    }

    private void runUnlessClosed(Runnable task) {
      if (!closed) {
        task.run();
      }
    }
  }
}
