package io.coord.core.internal.grpc;

import io.coord.core.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Looks up the host of an endpoint, then opens a channel to it.
 *
 * <p>gRPC could look it up too, but reports every failure to java.util.logging. A host with several
 * addresses is tried at another one with each attempt.
 */
final class Dialer {

  /** Receives what became of it, on the store's thread. */
  interface Caller {

    /** Whether a channel is still wanted. */
    boolean isWaiting();

    void onChannel(ManagedChannel channel);

    void onNoAddress(Status status);
  }

  private final Channels channels;
  private final StoreThread thread;
  private final Executor offload;

  /**
   * Dials over channels.
   *
   * @param offload looks up names, which blocks; an address that is written out needs no look-up
   */
  Dialer(Channels channels, StoreThread thread, Executor offload) {
    this.channels = channels;
    this.thread = thread;
    this.offload = offload;
  }

  void dial(Endpoint endpoint, int attempt, Caller caller) {
    if (isAddress(endpoint.host())) {
      lookUp(endpoint, attempt, caller);
      return;
    }
    try {
      offload.execute(() -> lookUp(endpoint, attempt, caller));
    } catch (RejectedExecutionException e) {
      thread.execute(
          () ->
              caller.onNoAddress(
                  Status.UNAVAILABLE
                      .withDescription("the callback executor did not take the look-up of the host")
                      .withCause(e)));
    }
  }

  private static boolean isAddress(String host) {
    return NetUtil.createByteArrayFromIpAddressString(host) != null;
  }

  private void lookUp(Endpoint endpoint, int attempt, Caller caller) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(endpoint.host());
    } catch (UnknownHostException e) {
      Status unknown =
          Status.UNAVAILABLE.withDescription("unknown host " + endpoint.host()).withCause(e);
      thread.execute(() -> caller.onNoAddress(unknown));
      return;
    }
    InetSocketAddress address =
        new InetSocketAddress(addresses[attempt % addresses.length], endpoint.port());
    thread.execute(() -> open(endpoint, address, caller));
  }

  private void open(Endpoint endpoint, InetSocketAddress address, Caller caller) {
    if (caller.isWaiting()) {
      caller.onChannel(channels.open(endpoint, address));
    }
  }
}
