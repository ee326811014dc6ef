package io.coord.testkit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a cluster's members need to serve clients over TLS; all files are PEM.
 *
 * @param certificate the members' certificate, good for {@code 127.0.0.1}
 * @param key the certificate's private key
 * @param clientCa when present, clients have to show a certificate that this authority has signed
 */
public record EtcdTls(Path certificate, Path key, Optional<Path> clientCa) {

  /**
   * TLS where only the members show a certificate.
   *
   * @param certificate the members' certificate
   * @param key its private key
   * @return the settings
   */
  public static EtcdTls of(Path certificate, Path key) {
    return new EtcdTls(certificate, key, Optional.empty());
  }

  /**
   * TLS where clients have to show a certificate, too.
   *
   * @param certificate the members' certificate
   * @param key its private key
   * @param clientCa the authority of the clients' certificates
   * @return the settings
   */
  public static EtcdTls mutual(Path certificate, Path key, Path clientCa) {
    return new EtcdTls(certificate, key, Optional.of(clientCa));
  }
}
