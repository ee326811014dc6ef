package io.coord.core.internal.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.TlsConfig;
import io.coord.core.TlsConfig.ClientCertificate;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What TLS connections are made with: the certificates and the key as their files are now.
 *
 * <p>Certificates are renewed in place while a process runs, some every few hours. So whoever makes
 * a connection asks for what is in the files, and a context is made anew when that has changed. A
 * connection that stands keeps what it was made with; neither side looks at it again.
 */
final class TlsContexts {

  /** What the files hold. */
  private record Content(Optional<Bytes> trusted, Optional<Bytes> chain, Optional<Bytes> key) {}

  private final TlsConfig config;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Content content;

  @GuardedBy("lock")
  private @Nullable SslContext context;

  TlsContexts(TlsConfig config) {
    this.config = config;
  }

  /**
   * The context of the files as they are now. Blocks while it reads them. Safe to call from several
   * threads.
   *
   * @throws IllegalArgumentException when they cannot be used, naming them
   */
  SslContext current() {
    lock.lock();
    try {
      Content now = read();
      SslContext known = context;
      if (known != null && now.equals(content)) {
        return known;
      }
      SslContext made = make(now);
      context = made;
      content = now;
      return made;
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the TLS files cannot be used ("
              + e.getMessage()
              + "); expected PEM certificates and an unencrypted PKCS#8 key: "
              + config,
          e);
    } finally {
      lock.unlock();
    }
  }

  private Content read() throws IOException {
    Optional<ClientCertificate> own = config.clientCertificate();
    return new Content(
        read(config.trustedCertificates()),
        read(own.map(ClientCertificate::chain)),
        read(own.map(ClientCertificate::key)));
  }

  private static Optional<Bytes> read(Optional<Path> path) throws IOException {
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(Bytes.wrap(Files.readAllBytes(path.get())));
  }

  private static SslContext make(Content content) throws IOException {
    SslContextBuilder builder = GrpcSslContexts.forClient();
    content.trusted().ifPresent(trusted -> builder.trustManager(stream(trusted)));
    if (content.chain().isPresent() && content.key().isPresent()) {
      builder.keyManager(stream(content.chain().get()), stream(content.key().get()));
    }
    return builder.build();
  }

  private static InputStream stream(Bytes bytes) {
    return new ByteArrayInputStream(bytes.toArray());
  }
}
