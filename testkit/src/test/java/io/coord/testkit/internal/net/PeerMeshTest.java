package io.coord.testkit.internal.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's own SOCKS client stands for etcd here. */
@Timeout(60)
class PeerMeshTest {

  private static final int LIMIT_MILLIS = 20_000;
  private static final int SHORT_MILLIS = 300;

  private final EchoServer[] members = {new EchoServer(), new EchoServer(), new EchoServer()};
  private final LinkLoop loop = new LinkLoop("test-mesh");
  private final PeerMesh mesh = PeerMesh.create(loop, members.length);

  @BeforeEach
  void place() {
    for (int i = 0; i < members.length; i++) {
      mesh.place(i, members[i].address());
    }
  }

  @AfterEach
  void closeAll() {
    loop.close();
    for (EchoServer member : members) {
      member.close();
    }
  }

  @Test
  void connect_toPeersAddress_reachesThatPeer() throws IOException {
    try (Socket connection = connect(0, 2)) {
      assertThat(echo(connection, "hello")).isEqualTo("hello");
    }
    assertThat(members[2].received()).isEqualTo(5);
    assertThat(members[1].received()).isZero();
  }

  @Test
  void isolate_existingConnections_bothDirectionsAreSilent() throws IOException {
    try (Socket from = connect(1, 0);
        Socket to = connect(0, 1);
        Socket others = connect(0, 2)) {
      echo(from, "up");
      echo(to, "up");

      mesh.isolate(1);

      assertSilent(from);
      assertSilent(to);
      assertThat(echo(others, "works")).isEqualTo("works");

      mesh.rejoin(1);
      assertThat(read(from, 4)).isEqualTo("lost");
      assertThat(read(to, 4)).isEqualTo("lost");
    }
  }

  @Test
  void isolate_newConnection_isMadeAfterRejoin() throws IOException {
    mesh.isolate(1);
    CompletableFuture<Socket> connecting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return connect(1, 2);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    await()
        .during(Duration.ofMillis(SHORT_MILLIS))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !connecting.isDone());

    mesh.rejoin(1);

    try (Socket connection = connecting.join()) {
      assertThat(echo(connection, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void place_memberMoved_newConnectionsFollow() throws IOException {
    mesh.place(2, members[1].address());

    try (Socket connection = connect(0, 2)) {
      echo(connection, "hello");
    }

    assertThat(members[1].received()).isEqualTo(5);
  }

  @Test
  void connect_toAStranger_isNotMade() {
    assertThatThrownBy(() -> connect(0, new InetSocketAddress("192.0.2.200", 2380)).close())
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> connect(0, members[1].address()).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void door_somebodyWhoDoesNotSpeakSocks_isReset() throws IOException {
    try (Socket stranger = new Socket()) {
      stranger.connect(door(0));
      stranger.setSoTimeout(LIMIT_MILLIS);
      stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      assertThatThrownBy(() -> stranger.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  private Socket connect(int from, int to) throws IOException {
    URI peer = URI.create(PeerMesh.peerUrl(to));
    return connect(from, new InetSocketAddress(peer.getHost(), peer.getPort()));
  }

  private Socket connect(int from, InetSocketAddress to) throws IOException {
    Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, door(from)));
    socket.connect(to, LIMIT_MILLIS);
    socket.setSoTimeout(LIMIT_MILLIS);
    return socket;
  }

  private InetSocketAddress door(int member) {
    URI proxy = URI.create(mesh.proxyUrl(member));
    return new InetSocketAddress(proxy.getHost(), proxy.getPort());
  }

  private static String echo(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(UTF_8));
    return read(connection, text.length());
  }

  private static String read(Socket connection, int count) throws IOException {
    return new String(connection.getInputStream().readNBytes(count), UTF_8);
  }

  private static void assertSilent(Socket connection) throws IOException {
    connection.setSoTimeout(SHORT_MILLIS);
    connection.getOutputStream().write("lost".getBytes(UTF_8));
    assertThatThrownBy(() -> connection.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    connection.setSoTimeout(LIMIT_MILLIS);
  }
}
