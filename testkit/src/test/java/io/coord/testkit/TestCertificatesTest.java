package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificatesTest {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  @TempDir Path folder;

  private TestCertificates certificates;
  private X509Certificate authority;

  @BeforeEach
  void create() throws IOException, GeneralSecurityException {
    certificates = TestCertificates.create(folder);
    authority = read(certificates.authority());
  }

  @Test
  void authority_itself_mayIssue() {
    assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThatCode(() -> authority.verify(authority.getPublicKey())).doesNotThrowAnyException();
  }

  @Test
  void server_isGoodForThisMachine() throws IOException, GeneralSecurityException {
    X509Certificate server = read(certificates.server("server").certificate());

    assertThatCode(() -> server.verify(authority.getPublicKey())).doesNotThrowAnyException();
    assertThatCode(server::checkValidity).doesNotThrowAnyException();
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> name.get(0) + " " + name.get(1))
        .containsExactly(DNS_NAME + " localhost", IP_ADDRESS + " 127.0.0.1");
  }

  @Test
  void serverAt_isGoodForThatHostOnly() throws IOException, GeneralSecurityException {
    X509Certificate server =
        read(certificates.serverAt("other", "elsewhere.example").certificate());

    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> name.get(1))
        .isEqualTo(java.util.List.of("elsewhere.example"));
  }

  @Test
  void client_hasTheUsersName() throws IOException, GeneralSecurityException {
    X509Certificate client = read(certificates.client("alice").certificate());

    assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=alice");
    assertThat(client.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
  }

  @Test
  void expired_isOver() throws IOException, GeneralSecurityException {
    X509Certificate late = read(certificates.expired("late").certificate());

    assertThatThrownBy(late::checkValidity).isInstanceOf(CertificateExpiredException.class);
    assertThatCode(() -> late.verify(authority.getPublicKey())).doesNotThrowAnyException();
  }

  @Test
  void keys_areUnencryptedPem() throws IOException {
    assertThat(Files.readAllLines(certificates.client("alice").key()))
        .startsWith("-----BEGIN PRIVATE KEY-----")
        .endsWith("-----END PRIVATE KEY-----");
  }

  private static X509Certificate read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream content = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(content);
    }
  }
}
