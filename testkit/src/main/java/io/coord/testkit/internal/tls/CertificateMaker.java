package io.coord.testkit.internal.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes X.509 certificates (RFC 5280) that one authority has signed.
 *
 * @param name the authority's name
 * @param keys the authority's keys
 */
public record CertificateMaker(String name, KeyPair keys) {

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 120;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Makes a key pair on the curve P-256. */
  public static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Makes the authority's own certificate. */
  public byte[] authority(CertificateSpec spec) throws IOException, GeneralSecurityException {
    X509v3CertificateBuilder certificate = builder(spec, keys.getPublic());
    certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return sign(certificate);
  }

  /** Makes a certificate for somebody else's key. */
  public byte[] issue(CertificateSpec spec, PublicKey key)
      throws IOException, GeneralSecurityException {
    X509v3CertificateBuilder certificate = builder(spec, key);
    certificate.addExtension(Extension.basicConstraints, false, new BasicConstraints(false));
    GeneralName[] names = alternativeNames(spec);
    if (names.length > 0) {
      certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    return sign(certificate);
  }

  private X509v3CertificateBuilder builder(CertificateSpec spec, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        commonName(name),
        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
        Date.from(spec.notBefore()),
        Date.from(spec.notAfter()),
        commonName(spec.commonName()),
        key);
  }

  private byte[] sign(X509v3CertificateBuilder certificate)
      throws IOException, GeneralSecurityException {
    try {
      return certificate
          .build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException("cannot sign with " + SIGNATURE, e);
    }
  }

  // Built part by part: a name as one text would have to be escaped.
  private static X500Name commonName(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private static GeneralName[] alternativeNames(CertificateSpec spec) {
    return Stream.concat(
            spec.hosts().stream().map(host -> new GeneralName(GeneralName.dNSName, host)),
            spec.addresses().stream().map(CertificateMaker::address))
        .toArray(GeneralName[]::new);
  }

  private static GeneralName address(InetAddress address) {
    return new GeneralName(GeneralName.iPAddress, address.getHostAddress());
  }
}
