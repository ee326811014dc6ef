package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static io.coord.core.internal.grpc.TlsFiles.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.AuthenticationException;
import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.TlsConfig;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Store;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrpcStoreTlsTest {

  private static final TlsConfig TRUSTING = TlsConfig.trusting(file("authority.pem"));

  @Test
  void connect_trustingTheAuthority_works() {
    try (FakeMember member = member("server", ClientAuth.NONE);
        Store store = ConnectedStore.connect(to(member, TRUSTING))) {
      await(store.range(READ));
    }
  }

  @Test
  void connect_withACertificateThatTheMemberTrusts_works() {
    try (FakeMember member = member("server", ClientAuth.REQUIRE);
        Store store =
            ConnectedStore.connect(
                to(
                    member,
                    TRUSTING.withClientCertificate(file("client.pem"), file("client.key"))))) {
      await(store.range(READ));
    }
  }

  @Test
  void connect_toAMemberOfAnUnknownAuthority_saysSo() {
    assertRefused("server", ClientAuth.NONE, TlsConfig.trusting(file("stranger.pem")));
  }

  @Test
  void connect_toAMemberWithAnExpiredCertificate_saysWhenItExpired() {
    assertThat(assertRefused("expired", ClientAuth.NONE, TRUSTING)).hasMessageContaining("2020");
  }

  @Test
  void connect_toAMemberOfAnotherName_saysWhich() {
    assertThat(assertRefused("server", ClientAuth.NONE, TRUSTING.withServerName("etcd.example")))
        .hasMessageContaining("etcd.example");
  }

  @Test
  void connect_withoutTheCertificateThatTheMemberAsksFor_saysSo() {
    assertThat(assertRefused("server", ClientAuth.REQUIRE, TRUSTING))
        .hasMessageContaining("CERTIFICATE_REQUIRED");
  }

  @Test
  void connect_withACertificateOfOurOwnThatHasExpired_saysSo() {
    assertThat(
            assertRefused(
                "server",
                ClientAuth.REQUIRE,
                TRUSTING.withClientCertificate(file("expired.pem"), file("expired.key"))))
        .hasMessageContaining("CERTIFICATE_EXPIRED");
  }

  @Test
  void connect_withAKeyThatIsNotTheCertificates_saysSo() {
    assertRefused(
        "server",
        ClientAuth.REQUIRE,
        TRUSTING.withClientCertificate(file("client.pem"), file("unknown.key")));
  }

  @Test
  void connect_withAFileThatIsNoCertificate_namesIt() {
    TlsConfig nonsense = TlsConfig.trusting(file("generate.sh"));

    assertThat(
            failure(
                ConnectedStore.connecting(
                    Coord.builder().endpoints("https://127.0.0.1:1").tls(nonsense))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("generate.sh");
  }

  /** Until the member has hung up, there is nothing to hint at: a slow one is given more time. */
  @Test
  void connect_withoutTlsToAMemberThatExpectsIt_hintsAtTheScheme() {
    try (FakeMember member = member("server", ClientAuth.NONE)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          failure(
                              ConnectedStore.connecting(
                                  ConnectedStore.to(member)
                                      .connectTimeout(Duration.ofMillis(500)))))
                      .isInstanceOf(UnavailableException.class)
                      .hasMessageContaining("https://"));
    }
  }

  /** Refused at once: long before the connect timeout of 10 seconds. */
  private static Throwable assertRefused(String server, ClientAuth clientAuth, TlsConfig tls) {
    try (FakeMember member = member(server, clientAuth)) {
      long begin = System.nanoTime();

      Throwable failure = failure(ConnectedStore.connecting(to(member, tls)));

      assertThat(failure)
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("TLS handshake")
          .hasMessageContaining("https://127.0.0.1:" + member.port());
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
      return failure;
    }
  }

  private static CoordBuilder to(FakeMember member, TlsConfig tls) {
    return Coord.builder().endpoints("https://127.0.0.1:" + member.port()).tls(tls);
  }

  private static FakeMember member(String certificate, ClientAuth clientAuth) {
    return FakeMember.start(
        1, builder -> TlsFiles.secured(builder, certificate, clientAuth, "authority"));
  }
}
