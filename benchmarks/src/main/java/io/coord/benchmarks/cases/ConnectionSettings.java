package io.coord.benchmarks.cases;

import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.CoordConfig;
import io.coord.core.Credentials;
import io.coord.core.Endpoint;
import io.coord.core.TlsConfig;
import io.coord.core.TlsConfig.ClientCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What another process needs to connect as this one does. It goes through a pipe only, for there
 * may be a password in it.
 */
record ConnectionSettings(
    List<String> endpoints,
    String namespace,
    long timeoutMillis,
    @Nullable String authorities,
    @Nullable String serverName,
    @Nullable String certificate,
    @Nullable String key,
    @Nullable String user,
    @Nullable String password) {

  static ConnectionSettings of(CoordConfig config) {
    TlsConfig tls = config.tls();
    return new ConnectionSettings(
        config.endpoints().stream().map(Endpoint::toString).toList(),
        config.namespace().utf8(),
        config.requestTimeout().toMillis(),
        text(tls.trustedCertificates()),
        text(tls.serverName()),
        text(tls.clientCertificate().map(ClientCertificate::chain)),
        text(tls.clientCertificate().map(ClientCertificate::key)),
        text(config.credentials().map(Credentials::user)),
        text(config.credentials().map(Credentials::password)));
  }

  private static @Nullable String text(Optional<?> value) {
    return value.map(Object::toString).orElse(null);
  }

  Coord connect(String name) throws InterruptedException {
    Duration timeout = Duration.ofMillis(timeoutMillis);
    CoordBuilder builder =
        Coord.builder()
            .name(name)
            .endpoints(endpoints.toArray(String[]::new))
            .namespace(namespace)
            .connectTimeout(timeout)
            .requestTimeout(timeout)
            .tls(tls());
    if (user != null && password != null) {
      builder.credentials(user, password);
    }
    return builder.connect();
  }

  private TlsConfig tls() {
    TlsConfig tls =
        authorities == null ? TlsConfig.jvmDefault() : TlsConfig.trusting(Path.of(authorities));
    if (serverName != null) {
      tls = tls.withServerName(serverName);
    }
    return certificate == null || key == null
        ? tls
        : tls.withClientCertificate(Path.of(certificate), Path.of(key));
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "ConnectionSettings[endpoints=" + endpoints + ", namespace=" + namespace + "]";
  }
}
