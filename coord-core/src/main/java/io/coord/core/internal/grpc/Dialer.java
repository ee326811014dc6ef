package io.coord.core.internal.grpc;

import io.coord.core.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Looks up the host of an endpoint, then opens a channel to it.
 *
 * <p>gRPC could look it up too, but reports every failure to java.util.logging. A host with several
 * addresses is tried at another one with each attempt.
 *
 * <p>To look a name up blocks. Each look-up has a thread of its own that ends with it: those of
 * callbacks may all be waiting for what only the new connection can bring. An address that is
 * written out needs none.
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
  private final String storeName;

  Dialer(Channels channels, StoreThread thread, String storeName) {
    this.channels = channels;
    this.thread = thread;
    this.storeName = storeName;
  }

  void dial(Endpoint endpoint, int attempt, Caller caller) {
    if (isAddress(endpoint.host())) {
      lookUp(endpoint, attempt, caller);
      return;
    }
    Thread lookUp = new Thread(() -> lookUp(endpoint, attempt, caller), storeName + "-lookup");
    lookUp.setDaemon(true);
    try {
      lookUp.start();
    } catch (OutOfMemoryError e) {
      thread.execute(
          () ->
              caller.onNoAddress(
                  Status.UNAVAILABLE
                      .withDescription("no thread could be started to look up the host")
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
