package io.coord.testkit.internal.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class EngineProbeTest {

  @TempDir Path folder;

  @Test
  void answers_nothingThere_isFalse() {
    assertThat(probe("unix://" + folder.resolve("docker.sock")).answers()).isFalse();
  }

  @Test
  void answers_socketOfADeadEngine_isFalse() throws IOException {
    Path socket = folder.resolve("docker.sock");
    listen(socket).close();

    assertThat(socket).exists();
    assertThat(probe("unix://" + socket).answers()).isFalse();
  }

  @Test
  void answers_secondPlaceListens_isTrue() throws IOException {
    Path socket = folder.resolve("docker.sock");
    try (ServerSocketChannel listener = listen(socket)) {
      assertThat(listener.isOpen()).isTrue();
      assertThat(probe("unix:///missing.sock", "unix://" + socket).answers()).isTrue();
    }
  }

  @Test
  void answers_tcpPort_isAsked() throws IOException {
    int port;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = listener.getLocalPort();
      assertThat(probe("tcp://127.0.0.1:" + port).answers()).isTrue();
    }
    assertThat(probe("tcp://127.0.0.1:" + port).answers()).isFalse();
  }

  @Test
  void of_dockerHost_isTheOnlyPlace() {
    assertThat(EngineProbe.of(Map.of("DOCKER_HOST", "tcp://engine:2375")).places())
        .containsExactly(URI.create("tcp://engine:2375"));
  }

  @Test
  void of_nothingSaid_looksWhereEnginesListen() {
    assertThat(EngineProbe.of(Map.of("XDG_RUNTIME_DIR", "/run/user/7")).places())
        .contains(
            URI.create("unix:///var/run/docker.sock"),
            URI.create("unix:///run/user/7/docker.sock"));
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  private static EngineProbe probe(String... places) {
    return new EngineProbe(List.of(places).stream().map(URI::create).toList());
  }
}
