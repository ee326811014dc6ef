package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.TlsConfig;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Store;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are replaced in their files while a connection is in use. */
class RenewedCertificatesTest {

  @TempDir private Path folder;
  private TlsConfig tls;

  /** What the member's next process is run with: certificate, and authority of its clients. */
  private String certificate = "server";

  private String authority = "authority";

  @BeforeEach
  void issueOldCertificates() throws IOException {
    issue("authority", "client");
    tls = TlsConfig.trusting(at("trusted.pem")).withClientCertificate(at("own.pem"), at("own.key"));
  }

  @Test
  void reconnect_allCertificatesWereRenewed_usesTheNewOnes() throws IOException {
    try (FakeMember member = FakeMember.start(1, this::secured);
        Store store = ConnectedStore.connect(to(member))) {
      await(store.range(READ));

      member.kill();
      issue("stranger", "unknown");
      restartUnderTheNewAuthority(member);

      await(store.range(READ));
    }
  }

  @Test
  void reconnect_aFileIsHalfWritten_namesTheFilesAndGoesOnWhenItIsWhole() throws IOException {
    try (FakeMember member = FakeMember.start(1, this::secured);
        Store store = ConnectedStore.connect(to(member).requestTimeout(Duration.ofMillis(1500)))) {
      member.kill();
      issue("stranger", "unknown");
      Files.writeString(at("own.pem"), "-----BEGIN CERTIFICATE-----\nMII");
      restartUnderTheNewAuthority(member);

      assertThat(failure(store.range(READ)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("own.pem");

      issue("stranger", "unknown");
      await(store.range(READ));
    }
  }

  private void restartUnderTheNewAuthority(FakeMember member) {
    certificate = "unknown";
    authority = "stranger";
    member.restart();
  }

  private void issue(String trusted, String own) throws IOException {
    replace("trusted.pem", trusted + ".pem");
    replace("own.pem", own + ".pem");
    replace("own.key", own + ".key");
  }

  private void replace(String name, String by) throws IOException {
    Files.copy(TlsFiles.file(by), at(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private CoordBuilder to(FakeMember member) {
    return Coord.builder().endpoints("https://127.0.0.1:" + member.port()).tls(tls);
  }

  private NettyServerBuilder secured(NettyServerBuilder builder) {
    return TlsFiles.secured(builder, certificate, ClientAuth.REQUIRE, authority);
  }
}
