package io.coord.testkit;

import io.coord.testkit.internal.tls.CertificateMaker;
import io.coord.testkit.internal.tls.CertificateSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * Throw-away certificates for tests of TLS: an authority, and what it has signed, as PEM files.
 *
 * <p>Methods block only for writing the files. They throw {@link EtcdClusterException} when that
 * fails. Safe for use by several threads.
 */
public final class TestCertificates {

  private static final String AUTHORITY = "coord test authority";
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final Path folder;
  private final CertificateMaker maker;
  private final Path authority;

  private TestCertificates(Path folder, CertificateMaker maker, Path authority) {
    this.folder = folder;
    this.maker = maker;
    this.authority = authority;
  }

  /**
   * A certificate and its private key, as PEM files.
   *
   * @param certificate the certificate
   * @param key the key (PKCS 8), not encrypted
   */
  public record Identity(Path certificate, Path key) {}

  /**
   * Makes an authority.
   *
   * @param folder an existing folder, in which the files go; one authority's files fit in
   * @return the authority
   */
  public static TestCertificates create(Path folder) {
    try {
      CertificateMaker maker = new CertificateMaker(AUTHORITY, CertificateMaker.newKeys());
      byte[] own = maker.authority(spec(AUTHORITY, List.of(), List.of()));
      Path file = write(folder, "authority.pem", "CERTIFICATE", own);
      return new TestCertificates(folder, maker, file);
    } catch (IOException | GeneralSecurityException e) {
      throw new EtcdClusterException("cannot make an authority in " + folder, e);
    }
  }

  /**
   * Gives the authority's own certificate, which clients and servers have to trust.
   *
   * @return a PEM file
   */
  public Path authority() {
    return authority;
  }

  /**
   * Makes a certificate for servers at {@code 127.0.0.1} and {@code localhost}.
   *
   * @param name its common name; tells the files apart, too
   * @return certificate and key
   */
  public Identity server(String name) {
    return issue(spec(name, List.of("localhost"), List.of(InetAddress.getLoopbackAddress())));
  }

  /**
   * Makes a certificate for a server of another name, which clients at {@code 127.0.0.1} have to
   * refuse.
   *
   * @param name its common name; tells the files apart, too
   * @param host the only host name for which the certificate is good
   * @return certificate and key
   */
  public Identity serverAt(String name, String host) {
    return issue(spec(name, List.of(host), List.of()));
  }

  /**
   * Makes a client's certificate.
   *
   * @param user its common name, which etcd takes for the user's; tells the files apart, too
   * @return certificate and key
   */
  public Identity client(String user) {
    return issue(spec(user, List.of(), List.of()));
  }

  /**
   * Makes a certificate whose time was over a day ago, good for {@code 127.0.0.1} and {@code
   * localhost} before that.
   *
   * @param name its common name; tells the files apart, too
   * @return certificate and key
   */
  public Identity expired(String name) {
    return issue(
        new CertificateSpec(
            name,
            List.of("localhost"),
            List.of(InetAddress.getLoopbackAddress()),
            Instant.now().minus(DAY.multipliedBy(3)),
            DAY.multipliedBy(2)));
  }

  private static CertificateSpec spec(
      String name, List<String> hosts, List<InetAddress> addresses) {
    // An hour back, for machines whose clocks disagree.
    Instant start = Instant.now().minus(Duration.ofHours(1));
    return new CertificateSpec(name, hosts, addresses, start, LIFETIME);
  }

  private Identity issue(CertificateSpec spec) {
    try {
      KeyPair keys = CertificateMaker.newKeys();
      byte[] certificate = maker.issue(spec, keys.getPublic());
      String name = spec.commonName();
      return new Identity(
          write(folder, name + ".pem", "CERTIFICATE", certificate),
          write(folder, name + "-key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new EtcdClusterException("cannot make the certificate of " + spec.commonName(), e);
    }
  }

  private static Path write(Path folder, String file, String kind, byte[] encoded)
      throws IOException {
    Path path = folder.resolve(file);
    try (PemWriter pem = new PemWriter(Files.newBufferedWriter(path))) {
      pem.writeObject(new PemObject(kind, encoded));
    }
    return path;
  }
}
