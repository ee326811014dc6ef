package io.coord.core.internal.grpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** Certificates and keys for tests, made by {@code generate.sh} beside them. */
final class TlsFiles {

  private TlsFiles() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(TlsFiles.class.getResource("tls/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Has a member show a certificate.
   *
   * @param clientAuthority who vouches for the certificates of clients
   */
  static NettyServerBuilder secured(
      NettyServerBuilder builder,
      String certificate,
      ClientAuth clientAuth,
      String clientAuthority) {
    try {
      return builder.sslContext(
          GrpcSslContexts.forServer(
                  file(certificate + ".pem").toFile(), file(certificate + ".key").toFile())
              .trustManager(file(clientAuthority + ".pem").toFile())
              .clientAuth(clientAuth)
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
