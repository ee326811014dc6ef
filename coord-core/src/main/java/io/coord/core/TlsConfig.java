package io.coord.core;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@code https} endpoints are trusted, and how we show who we are.
 *
 * @param trustedCertificates a PEM file of the authorities that may vouch for the server; empty for
 *     those that the JVM trusts
 * @param clientCertificate our own certificate, for mutual TLS; empty for none
 * @param serverName the name that the server's certificate must carry; empty for the endpoint's
 *     host
 */
public record TlsConfig(
    Optional<Path> trustedCertificates,
    Optional<ClientCertificate> clientCertificate,
    Optional<String> serverName) {

  /**
   * A certificate with its key.
   *
   * @param chain a PEM file: the certificate, then those that vouch for it
   * @param key a PEM file with its unencrypted PKCS#8 private key
   */
  public record ClientCertificate(Path chain, Path key) {}

  /**
   * Trusts what the JVM trusts, and shows no certificate.
   *
   * @return the configuration
   */
  public static TlsConfig jvmDefault() {
    return new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Trusts the authorities in a file.
   *
   * @param trustedCertificates a PEM file
   * @return the configuration
   * @throws IllegalArgumentException when the file cannot be read, naming it
   */
  public static TlsConfig trusting(Path trustedCertificates) {
    requireReadable("trusted certificates", trustedCertificates);
    return new TlsConfig(Optional.of(trustedCertificates), Optional.empty(), Optional.empty());
  }

  /**
   * Adds our own certificate, for mutual TLS.
   *
   * @param chain a PEM file: the certificate, then those that vouch for it
   * @param key a PEM file with its unencrypted PKCS#8 private key
   * @return a new configuration
   * @throws IllegalArgumentException when a file cannot be read, naming it
   */
  public TlsConfig withClientCertificate(Path chain, Path key) {
    requireReadable("client certificate", chain);
    requireReadable("client key", key);
    return new TlsConfig(
        trustedCertificates, Optional.of(new ClientCertificate(chain, key)), serverName);
  }

  /**
   * Expects a name in the server's certificate that is not the endpoint's host.
   *
   * @param name the expected name
   * @return a new configuration
   */
  public TlsConfig withServerName(String name) {
    return new TlsConfig(trustedCertificates, clientCertificate, Optional.of(name));
  }

  private static void requireReadable(String what, Path path) {
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException(
          "the file of " + what + " cannot be read: " + path.toAbsolutePath());
    }
  }
}
