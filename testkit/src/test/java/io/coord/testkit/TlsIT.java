package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {

  private static final char[] NO_PASSWORD = new char[0];

  @TempDir static Path folder;

  private static TestCertificates certificates;
  private static EtcdCluster cluster;

  @BeforeAll
  static void start() {
    certificates = TestCertificates.create(folder);
    TestCertificates.Identity server = certificates.server("server");
    cluster =
        EtcdCluster.builder()
            .tls(EtcdTls.mutual(server.certificate(), server.key(), certificates.authority()))
            .start();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void tls_clientWithCertificate_isServed() throws IOException, GeneralSecurityException {
    assertThat(cluster.endpoints().get(0)).startsWith("https://127.0.0.1:");
    assertThat(health(Optional.of(certificates.client("alice")))).contains("\"health\":\"true\"");
  }

  @Test
  void tls_clientWithoutCertificate_isRefused() {
    assertThatThrownBy(() -> health(Optional.empty())).isInstanceOf(IOException.class);
  }

  @Test
  void tls_clientWithExpiredCertificate_isRefused() {
    TestCertificates.Identity late = certificates.expired("late");

    assertThatThrownBy(() -> health(Optional.of(late))).isInstanceOf(IOException.class);
  }

  @Test
  void tls_fixtureItself_needsNoCertificate() {
    cluster.etcdctl("put", "key", "value");

    assertThat(cluster.keyCount()).isEqualTo(1);
    cluster.member(0).restart();
    cluster.heal();
    cluster.awaitHealthy(Duration.ofSeconds(60));
  }

  private static String health(Optional<TestCertificates.Identity> identity)
      throws IOException, GeneralSecurityException {
    HttpsURLConnection connection =
        (HttpsURLConnection)
            URI.create(cluster.endpoints().get(0)).resolve("/health").toURL().openConnection();
    connection.setSSLSocketFactory(context(identity).getSocketFactory());
    connection.setReadTimeout(20_000);
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static SSLContext context(Optional<TestCertificates.Identity> identity)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("authority", read(certificates.authority()));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = emptyStore();
    if (identity.isPresent()) {
      Certificate[] chain = {read(identity.get().certificate())};
      own.setKeyEntry("own", key(identity.get().key()), NO_PASSWORD, chain);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Certificate read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream content = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(content);
    }
  }

  private static PrivateKey key(Path pem) throws IOException, GeneralSecurityException {
    String body = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }
}
