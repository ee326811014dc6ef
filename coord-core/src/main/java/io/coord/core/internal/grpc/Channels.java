package io.coord.core.internal.grpc;

import io.coord.core.CoordConfig;
import io.coord.core.Endpoint;
import io.coord.core.TlsConfig;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Makes channels whose callbacks all arrive on the store's thread. */
final class Channels {

  private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

  /**
   * Fixed, because gRPC would otherwise measure the line by pings, which etcd counts against us.
   */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  private final StoreThread thread;
  private final Executor offload;
  private final TlsConfig tls;
  private final Optional<SslContext> ssl;

  private Channels(StoreThread thread, Executor offload, TlsConfig tls, Optional<SslContext> ssl) {
    this.thread = thread;
    this.offload = offload;
    this.tls = tls;
    this.ssl = ssl;
  }

  /**
   * Reads the certificates, if there is any use for them.
   *
   * @param offload runs the look-up of host names
   * @throws IllegalArgumentException when a certificate or key cannot be used, or some endpoints
   *     are encrypted and some are not
   */
  static Channels create(CoordConfig config, StoreThread thread, Executor offload) {
    long secure = config.endpoints().stream().filter(Endpoint::isSecure).count();
    if (secure != 0 && secure != config.endpoints().size()) {
      throw new IllegalArgumentException(
          "the endpoints mix http and https: "
              + config.endpoints()
              + "; expected all of them to be one or the other");
    }
    Optional<SslContext> ssl =
        secure == 0 ? Optional.empty() : Optional.of(sslContext(config.tls()));
    return new Channels(thread, offload, config.tls(), ssl);
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

  ManagedChannel open(Endpoint endpoint) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .eventLoopGroup(thread.group())
            .channelType(thread.channelType())
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .directExecutor()
            .offloadExecutor(offload)
            .disableRetry()
            .disableServiceConfigLookUp()
            .decompressorRegistry(DecompressorRegistry.emptyInstance())
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxTraceEvents(0)
            .idleTimeout(Long.MAX_VALUE, TimeUnit.DAYS);
    if (ssl.isPresent()) {
      builder.sslContext(ssl.get());
      tls.serverName().ifPresent(builder::overrideAuthority);
    } else {
      builder.usePlaintext();
    }
    return builder.build();
  }
}
