package io.coord.core.internal.grpc;

import io.coord.core.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Looks up the host of an endpoint, and what to secure the connection with, then opens a channel.
 *
 * <p>gRPC could look it up too, but reports every failure to java.util.logging. A host with several
 * addresses is tried at another one with each attempt.
 *
 * <p>To look a name up blocks, and so does to read certificates. Each look-up has a thread of its
 * own that ends with it: those of callbacks may all be waiting for what only the new connection can
 * bring. An address that is written out needs none, without TLS.
 */
final class Dialer {

  /** Receives what became of it, on the store's thread. */
  interface Caller {

    /** Whether a channel is still wanted. */
    boolean isWaiting();

    void onChannel(ManagedChannel channel);

    /** There is no address, or nothing to secure the connection with. */
    void onNoChannel(Status status);
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
    if (isAddress(endpoint.host()) && !channels.areSecure()) {
      lookUp(endpoint, attempt, caller);
      return;
    }
    Thread lookUp = new Thread(() -> lookUp(endpoint, attempt, caller), storeName + "-lookup");
    lookUp.setDaemon(true);
    try {
      lookUp.start();
    } catch (OutOfMemoryError e) {
      fail(caller, "no thread could be started to look up the host", e);
    }
  }

  private static boolean isAddress(String host) {
    return NetUtil.createByteArrayFromIpAddressString(host) != null;
  }

  private void lookUp(Endpoint endpoint, int attempt, Caller caller) {
    InetAddress[] addresses;
    Optional<SslContext> security;
    try {
      addresses = InetAddress.getAllByName(endpoint.host());
      security = channels.security();
    } catch (UnknownHostException e) {
      fail(caller, "unknown host " + endpoint.host(), e);
      return;
    } catch (RuntimeException e) {
      fail(caller, String.valueOf(e.getMessage()), e);
      return;
    }
    InetSocketAddress address =
        new InetSocketAddress(addresses[attempt % addresses.length], endpoint.port());
    thread.execute(() -> open(endpoint, address, security, caller));
  }

  private void open(
      Endpoint endpoint, InetSocketAddress address, Optional<SslContext> security, Caller caller) {
    if (caller.isWaiting()) {
      caller.onChannel(channels.open(endpoint, address, security));
    }
  }

  private void fail(Caller caller, String what, Throwable cause) {
    Status status = Status.UNAVAILABLE.withDescription(what).withCause(cause);
    thread.execute(() -> caller.onNoChannel(status));
  }
}
