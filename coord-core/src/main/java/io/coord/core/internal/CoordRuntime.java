package io.coord.core.internal;

import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.Session;
import io.coord.core.WriteTransaction;
import io.coord.core.internal.grpc.GrpcStore;
import io.coord.core.internal.guard.StoreTransaction;
import io.coord.core.internal.line.Lines;
import io.coord.core.internal.session.Sessions;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The connection that stands behind every {@link Coord}; what primitives are built on. */
public final class CoordRuntime implements Coord {

  private final CoordConfig config;
  private final Store store;
  private final Executor callbacks;
  private final Optional<ExecutorService> ownedCallbacks;
  private final Sessions sessions;
  private final Lines lines;
  private final Attachments attachments = new Attachments();

  private CoordRuntime(
      CoordConfig config,
      Store store,
      Executor callbacks,
      Optional<ExecutorService> ownedCallbacks) {
    this.config = config;
    this.store = store;
    this.callbacks = new CallbackExecutor(callbacks);
    this.ownedCallbacks = ownedCallbacks;
    this.sessions = new Sessions(this);
    this.lines = new Lines(config.name(), store);
  }

  /** Connects over gRPC; see {@link io.coord.core.CoordBuilder#connect()}. */
  public static Coord connect(CoordConfig config) throws InterruptedException {
    Store store = Futures.await(GrpcStore.connect(config), Store::close);
    if (config.callbackExecutor().isPresent()) {
      return over(config, store, config.callbackExecutor().get());
    }
    ExecutorService callbacks = CallbackPool.create(config.name());
    return new CoordRuntime(config, store, callbacks, Optional.of(callbacks));
  }

  /**
   * Builds a connection over a store that exists; closing the connection closes the store.
   *
   * @param callbacks runs the user's callbacks; the caller keeps owning it
   */
  public static CoordRuntime over(CoordConfig config, Store store, Executor callbacks) {
    return new CoordRuntime(config, store, callbacks, Optional.empty());
  }

  /** The runtime behind a connection. */
  public static CoordRuntime of(Coord coord) {
    if (coord instanceof CoordRuntime runtime) {
      return runtime;
    }
    throw new IllegalArgumentException(
        "unknown implementation of Coord: " + coord.getClass() + "; expected Coord.connect's");
  }

  /** The store, with the connection's namespace applied. */
  public Store store() {
    return store;
  }

  /** The sessions that were opened on this connection. */
  public Sessions sessions() {
    return sessions;
  }

  /** The lines that tickets of this connection stand in. */
  public Lines lines() {
    return lines;
  }

  /**
   * What a module keeps for as long as the connection is open; made when it is first asked for, and
   * closed with the connection.
   */
  public <T extends Attachment> T attachment(Class<T> type, Function<CoordRuntime, T> maker) {
    return attachments.get(type, () -> maker.apply(this));
  }

  /** Runs the user's callbacks. */
  public Executor callbacks() {
    return callbacks;
  }

  @Override
  public CoordConfig config() {
    return config;
  }

  @Override
  public Session openSession(Duration ttl) throws InterruptedException {
    return Futures.await(sessions.open(ttl), CoordRuntime::closeTooLate);
  }

  @Override
  public CompletableFuture<Session> openSessionAsync(Duration ttl) {
    return Futures.publish(sessions.open(ttl), callbacks, CoordRuntime::closeTooLate);
  }

  private static void closeTooLate(Session session) {
    CompletableFuture<Void> unused = session.closeAsync();
  }

  @Override
  public Session takeOverSession(long leaseId) throws InterruptedException {
    return Futures.await(sessions.takeOver(leaseId), Session::orphan);
  }

  @Override
  public CompletableFuture<Session> takeOverSessionAsync(long leaseId) {
    return Futures.publish(sessions.takeOver(leaseId), callbacks, Session::orphan);
  }

  @Override
  public WriteTransaction transaction() {
    return new StoreTransaction(this, List.of(), List.of());
  }

  @Override
  public void close() {
    Futures.awaitUninterruptibly(
        sessions
            .closeAll()
            .completeOnTimeout(null, config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS));
    attachments.close();
    store.close();
    ownedCallbacks.ifPresent(ExecutorService::shutdown);
  }
}
