package io.coord.core.internal.grpc;

import com.google.protobuf.MessageLite;
import io.coord.core.ClosedException;
import io.coord.core.CoordConfig;
import io.coord.core.internal.Futures;
import io.coord.core.internal.grpc.UnaryCall.Earlier;
import io.coord.core.internal.grpc.UnaryCall.Recovery;
import io.coord.core.internal.grpc.UnaryCall.Repetition;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.NamespacedStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.PutRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The store over gRPC.
 *
 * <p>Requests are translated on the caller's thread and sent from the store's; results are
 * translated and futures completed on the store's thread.
 */
public final class GrpcStore implements Store {

  private static final Duration LONGEST_END = Duration.ofSeconds(2);

  private final String name;
  private final StoreThread thread;
  private final Dispatcher dispatcher;
  private final WatchHub watches;
  private final LeaseStream leases;

  private GrpcStore(CoordConfig config, StoreThread thread, Dispatcher dispatcher) {
    this.name = config.name();
    this.thread = thread;
    this.dispatcher = dispatcher;
    Streams streams = new Streams(dispatcher);
    this.watches = new WatchHub(streams, thread, name);
    this.leases = new LeaseStream(streams, thread, name, config.requestTimeout());
    dispatcher.whenLeaderPreferred(leases::relocate);
    dispatcher.whenAbandoned(
        cause -> {
          watches.close(cause);
          leases.close(cause);
        });
  }

  /**
   * Connects to the cluster.
   *
   * @param config where to and how
   * @return the store, once a member has answered; fails within the connect timeout, naming the
   *     endpoints, and then leaves nothing behind; cancelling it abandons the attempt
   */
  public static CompletableFuture<Store> connect(CoordConfig config) {
    StoreThread thread = StoreThread.create(config.name());
    GrpcStore store;
    try {
      Dialer dialer = new Dialer(Channels.create(config, thread), thread, config.name());
      store = new GrpcStore(config, thread, new Dispatcher(config, thread, dialer));

    } catch (IllegalArgumentException misconfigured) {
      thread.shutDown();
      return CompletableFuture.failedFuture(misconfigured);
    }
    CompletableFuture<Store> connected = new CompletableFuture<>();
    Futures.onDone(connected, ready -> {}, failure -> store.close());
    thread.execute(() -> store.connect(config, connected));
    return connected;
  }

  private void connect(CoordConfig config, CompletableFuture<Store> connected) {
    Futures.onDone(
        dispatcher.connect(config),
        ok ->
            connected.complete(
                config.namespace().isEmpty()
                    ? this
                    : new NamespacedStore(this, config.namespace())),
        failure -> {
          close();
          connected.completeExceptionally(failure);
        });
  }

  @Override
  public CompletableFuture<RangeResult> range(RangeRequest request) {
    return call(Rpc.RANGE, Requests.range(request), Repetition.ALLOWED, Answers::range);
  }

  @Override
  public CompletableFuture<TxnResult> txn(TxnRequest request) {
    Repetition repetition = request.isRepeatable() ? Repetition.ALLOWED : Repetition.FORBIDDEN;
    Optional<PutRequest> put = Requests.unconditionalPut(request);
    return put.isPresent()
        ? call(Rpc.PUT, put.get(), repetition, Answers::put)
        : call(Rpc.TXN, Requests.txn(request), repetition, Answers::txn);
  }

  @Override
  public CompletableFuture<LeaseGrant> grantLease(long id, long ttlSeconds) {
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setID(id).setTTL(ttlSeconds).build();
    return submit(
        new UnaryCall<>(
            dispatcher,
            Rpc.LEASE_GRANT,
            request,
            Repetition.ALLOWED,
            answer -> new LeaseGrant(answer.getID(), answer.getTTL()),
            (error, earlier) ->
                error == EtcdError.LEASE_EXISTS && earlier == Earlier.PERHAPS_APPLIED
                    ? Optional.of(new LeaseGrant(id, ttlSeconds))
                    : Optional.empty()));
  }

  @Override
  public CompletableFuture<Boolean> revokeLease(long id) {
    return submit(
        new UnaryCall<>(
            dispatcher,
            Rpc.LEASE_REVOKE,
            LeaseRevokeRequest.newBuilder().setID(id).build(),
            Repetition.ALLOWED,
            answer -> true,
            (error, earlier) ->
                error == EtcdError.LEASE_NOT_FOUND ? Optional.of(false) : Optional.empty()));
  }

  @Override
  public CompletableFuture<LeaseStatus> leaseStatus(long id) {
    return call(
        Rpc.LEASE_STATUS,
        LeaseTimeToLiveRequest.newBuilder().setID(id).build(),
        Repetition.ALLOWED,
        Answers::leaseStatus);
  }

  private <Q extends MessageLite, R, T> CompletableFuture<T> call(
      Rpc<Q, R> rpc, Q request, Repetition repetition, Function<R, T> decode) {
    return submit(new UnaryCall<>(dispatcher, rpc, request, repetition, decode, Recovery.none()));
  }

  private <T> CompletableFuture<T> submit(UnaryCall<?, ?, T> call) {
    dispatcher.submit(call);
    return call.result();
  }

  @Override
  public CompletableFuture<Long> keepLeaseAlive(long id) {
    if (thread.isCurrent()) {
      return leases.keepAlive(id);
    }
    CompletableFuture<Long> result = new CompletableFuture<>();
    if (!thread.tryExecute(() -> keepLeaseAlive(id, result))) {
      result.completeExceptionally(closedException());
    }
    return result;
  }

  private void keepLeaseAlive(long id, CompletableFuture<Long> result) {
    Futures.onDone(leases.keepAlive(id), result::complete, result::completeExceptionally);
  }

  @Override
  public Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    if (thread.isCurrent()) {
      return watches.watch(range, startRevision, changes, listener);
    }
    RemoteWatch watch = new RemoteWatch(thread);
    boolean taken =
        thread.tryExecute(
            () -> watch.opened(watches.watch(range, startRevision, changes, listener)));
    if (!taken) {
      listener.onFailed(closedException());
    }
    return watch;
  }

  @Override
  public Scheduler scheduler() {
    return thread;
  }

  /** Waits a moment for the thread to end, unless it is the caller's. */
  @Override
  public void close() {
    if (thread.isCurrent()) {
      end();
      return;
    }
    thread.execute(this::end);
    try {
      thread.awaitEnd(LONGEST_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    if (!dispatcher.isClosed()) {
      watches.close(closedException());
      leases.close(closedException());
      dispatcher.close();
      thread.shutDown();
    }
  }

  private ClosedException closedException() {
    return new ClosedException(name + " is closed", null);
  }
}
