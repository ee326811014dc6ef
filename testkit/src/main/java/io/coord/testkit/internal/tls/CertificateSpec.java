package io.coord.testkit.internal.tls;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a certificate says.
 *
 * @param commonName the subject's name
 * @param hosts the DNS names for which it is good, for a server
 * @param addresses the addresses for which it is good, for a server
 * @param notBefore from when
 * @param lifetime for how long
 */
public record CertificateSpec(
    String commonName,
    List<String> hosts,
    List<InetAddress> addresses,
    Instant notBefore,
    Duration lifetime) {

  /** Copies the lists. */
  public CertificateSpec {
    hosts = List.copyOf(hosts);
    addresses = List.copyOf(addresses);
  }

  Instant notAfter() {
    return notBefore.plus(lifetime);
  }
}
