package io.coord.core.internal.grpc;

import io.coord.core.CoordConfig;
import io.coord.core.Endpoint;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes channels whose callbacks all arrive on the store's thread. */
final class Channels {

  private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

  /**
   * Fixed, because gRPC would otherwise measure the line by pings, which etcd counts against us.
   */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  /** etcd compresses nothing unless asked; not asking keeps a header out of every call. */
  private static final DecompressorRegistry UNCOMPRESSED =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  private final StoreThread thread;
  private final Optional<String> serverName;
  private final Optional<TlsContexts> tls;

  private Channels(StoreThread thread, Optional<String> serverName, Optional<TlsContexts> tls) {
    this.thread = thread;
    this.serverName = serverName;
    this.tls = tls;
  }

  /**
   * Tries whether the certificates can be used, if there is any use for them.
   *
   * @throws IllegalArgumentException when a certificate or key cannot be used, or some endpoints
   *     are encrypted and some are not
   */
  static Channels create(CoordConfig config, StoreThread thread) {
    long secure = config.endpoints().stream().filter(Endpoint::isSecure).count();
    if (secure != 0 && secure != config.endpoints().size()) {
      throw new IllegalArgumentException(
          "the endpoints mix http and https: "
              + config.endpoints()
              + "; expected all of them to be one or the other");
    }
    Optional<TlsContexts> tls =
        secure == 0 ? Optional.empty() : Optional.of(new TlsContexts(config.tls()));
    Channels channels = new Channels(thread, config.tls().serverName(), tls);
    Optional<SslContext> unused = channels.security();
    return channels;
  }

  /**
   * What the next channel is to be secured with; empty for none. Blocks while it reads files.
   *
   * @throws IllegalArgumentException when a certificate or key cannot be used
   */
  Optional<SslContext> security() {
    return tls.map(TlsContexts::current);
  }

  /** Whether {@link #security} reads files. */
  boolean areSecure() {
    return tls.isPresent();
  }

  /**
   * Opens a channel to an address.
   *
   * @param endpoint how the user calls it, and what a certificate must be made out to
   * @param security as {@link #security} gave it
   */
  ManagedChannel open(Endpoint endpoint, InetSocketAddress address, Optional<SslContext> security) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address)
            .overrideAuthority(serverName.orElse(endpoint.host()) + ":" + endpoint.port())
            .eventLoopGroup(thread.group())
            .channelType(thread.channelType())
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .directExecutor()
            .offloadExecutor(Runnable::run)
            .disableRetry()
            .disableServiceConfigLookUp()
            .decompressorRegistry(UNCOMPRESSED)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxTraceEvents(0)
            .idleTimeout(Long.MAX_VALUE, TimeUnit.DAYS);
    security.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    return builder.build();
  }
}
