package io.coord.core.internal.grpc;

import io.coord.core.CoordConfig;
import io.coord.core.Endpoint;
import io.coord.core.TlsConfig;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

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

  private final TlsConfig tls;
  private final Optional<SslContext> ssl;

  private Channels(StoreThread thread, TlsConfig tls, Optional<SslContext> ssl) {
    this.thread = thread;

    this.tls = tls;
    this.ssl = ssl;
  }

  /**
   * Reads the certificates, if there is any use for them.
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
    Optional<SslContext> ssl =
        secure == 0 ? Optional.empty() : Optional.of(sslContext(config.tls()));
    return new Channels(thread, config.tls(), ssl);
  }

  private static SslContext sslContext(TlsConfig tls) {
    SslContextBuilder context = GrpcSslContexts.forClient();
    try {
      tls.trustedCertificates().ifPresent(path -> context.trustManager(path.toFile()));
      tls.clientCertificate()
          .ifPresent(own -> context.keyManager(own.chain().toFile(), own.key().toFile()));
      return context.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the TLS files cannot be used ("
              + e.getMessage()
              + "); expected PEM certificates and an unencrypted PKCS#8 key: "
              + tls,
          e);
    }
  }

  /**
   * Opens a channel to an address.
   *
   * @param endpoint how the user calls it, and what a certificate must be made out to
   */
  ManagedChannel open(Endpoint endpoint, InetSocketAddress address) {

    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address)
            .overrideAuthority(tls.serverName().orElse(endpoint.host()) + ":" + endpoint.port())
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
    if (ssl.isPresent()) {
      builder.sslContext(ssl.get());

    } else {
      builder.usePlaintext();
    }
    return builder.build();
  }
}
