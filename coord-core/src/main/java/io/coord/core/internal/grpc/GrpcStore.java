package io.coord.core.internal.grpc;

import io.coord.core.CoordConfig;
import io.coord.core.internal.store.Store;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The store over gRPC. */
public final class GrpcStore {

  private GrpcStore() {}

  /**
   * Connects to the cluster.
   *
   * @param config where to and how
   * @param offload runs what may block, such as looking up host names; never the store's thread
   * @return the store, once a member has answered; fails within the connect timeout, naming the
   *     endpoints, and then leaves nothing behind; cancelling it abandons the attempt
   */
  public static CompletableFuture<Store> connect(CoordConfig config, Executor offload) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException(config + " " + offload));
  }
}
