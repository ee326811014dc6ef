package io.coord.testkit.internal.tls;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Makes X.509 certificates (RFC 5280) that one authority has signed.
 *
 * @param name the authority's name
 * @param keys the authority's keys
 */
public record CertificateMaker(String name, KeyPair keys) {

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final BigInteger VERSION_3 = BigInteger.TWO;
  private static final int SERIAL_BITS = 120;
  private static final int VERSION_TAG = 0;
  private static final int EXTENSIONS_TAG = 3;
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Makes a key pair on the curve P-256. */
  public static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Makes the authority's own certificate. */
  public byte[] authority(CertificateSpec spec) throws GeneralSecurityException {
    byte[] mayIssue = Der.sequence(Der.trueValue());
    byte[] constraints =
        Der.sequence(Der.identifier(BASIC_CONSTRAINTS), Der.trueValue(), Der.octetString(mayIssue));
    return sign(spec, keys.getPublic(), Der.sequence(constraints));
  }

  /** Makes a certificate for somebody else's key. */
  public byte[] issue(CertificateSpec spec, PublicKey key) throws GeneralSecurityException {
    byte[] notAnIssuer =
        Der.sequence(Der.identifier(BASIC_CONSTRAINTS), Der.octetString(Der.sequence()));
    List<byte[]> names = new ArrayList<>();
    for (String host : spec.hosts()) {
      names.add(Der.implicit(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)));
    }
    for (InetAddress address : spec.addresses()) {
      names.add(Der.implicit(IP_ADDRESS, address.getAddress()));
    }
    if (names.isEmpty()) {
      return sign(spec, key, Der.sequence(notAnIssuer));
    }
    byte[] goodFor =
        Der.sequence(
            Der.identifier(ALTERNATIVE_NAMES),
            Der.octetString(Der.sequence(names.toArray(byte[][]::new))));
    return sign(spec, key, Der.sequence(notAnIssuer, goodFor));
  }

  private byte[] sign(CertificateSpec spec, PublicKey key, byte[] extensions)
      throws GeneralSecurityException {
    byte[] algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
    byte[] content =
        Der.sequence(
            Der.explicit(VERSION_TAG, Der.integer(VERSION_3)),
            Der.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
            algorithm,
            distinguishedName(name),
            Der.sequence(Der.time(spec.notBefore()), Der.time(spec.notAfter())),
            distinguishedName(spec.commonName()),
            key.getEncoded(),
            Der.explicit(EXTENSIONS_TAG, extensions));
    return Der.sequence(content, algorithm, Der.bitString(signature(content, keys.getPrivate())));
  }

  private static byte[] signature(byte[] content, PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(content);
    return signature.sign();
  }

  private static byte[] distinguishedName(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.utf8(commonName))));
  }

  /** Renders bytes as a PEM file's text. */
  public static String pem(String kind, byte[] encoded) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }
}
