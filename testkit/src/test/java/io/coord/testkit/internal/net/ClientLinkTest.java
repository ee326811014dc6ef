package io.coord.testkit.internal.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientLinkTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int SHORT_MILLIS = 300;

  private final EchoServer server = new EchoServer();
  private final LinkLoop loop = new LinkLoop("test");
  private final ClientLink link = ClientLink.create(loop);

  @BeforeEach
  void openLink() {
    link.open(server.address());
  }

  @AfterEach
  void closeAll() {
    loop.close();
    server.close();
  }

  @Test
  void open_bytes_goBothWays() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void neverOpened_connection_isReset() throws IOException {
    ClientLink unopened = ClientLink.create(loop);

    try (Socket client =
        new Socket(unopened.address().getAddress(), unopened.address().getPort())) {
      client.setSoTimeout((int) LIMIT.toMillis());
      assertThatThrownBy(() -> readOrFail(client)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void open_nobodyBehind_connectionIsReset() throws IOException {
    int unused;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = probe.getLocalPort();
    }
    link.open(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), unused));

    try (Socket client = connect()) {
      assertThatThrownBy(() -> readOrFail(client)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shut_existingConnection_isReset() throws IOException {
    try (Socket client = connect()) {
      echo(client, "up");

      link.shut();

      assertThatThrownBy(() -> readOrFail(client)).isInstanceOf(SocketException.class);
      assertThat(link.connections()).isZero();
    }
  }

  @Test
  void shut_newConnection_isRefused() {
    link.shut();

    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
  }

  @Test
  void open_afterShut_listensAtTheSameAddress() throws IOException {
    link.shut();
    link.open(server.address());

    try (Socket client = connect()) {
      assertThat(echo(client, "again")).isEqualTo("again");
    }
  }

  @Test
  void closed_bytes_waitAndArriveAfterwards() throws IOException {
    try (Socket client = connect()) {
      echo(client, "up");
      long before = server.received();

      link.pass(Passage.CLOSED);
      client.getOutputStream().write("held".getBytes(UTF_8));

      assertSilent(client);
      assertThat(server.received()).isEqualTo(before);

      link.pass(Passage.OPEN);
      assertThat(read(client, 4)).isEqualTo("held");
    }
  }

  @Test
  void closed_newConnection_isMadeButSilent() throws IOException {
    link.pass(Passage.CLOSED);

    try (Socket client = connect()) {
      client.getOutputStream().write("held".getBytes(UTF_8));
      assertSilent(client);
      assertThat(server.received()).isZero();

      link.pass(Passage.OPEN);
      assertThat(read(client, 4)).isEqualTo("held");
    }
  }

  @Test
  void requestsOnly_request_arrivesAndReplyIsHeld() throws IOException {
    link.pass(Passage.REQUESTS_ONLY);

    try (Socket client = connect()) {
      client.getOutputStream().write("request".getBytes(UTF_8));
      await().atMost(LIMIT).until(() -> server.received() == "request".length());
      assertSilent(client);

      link.pass(Passage.OPEN);
      assertThat(read(client, 7)).isEqualTo("request");
    }
  }

  @Test
  void requestsOnly_thenShut_replyIsLostForGood() throws IOException {
    link.pass(Passage.REQUESTS_ONLY);

    try (Socket client = connect()) {
      client.getOutputStream().write("request".getBytes(UTF_8));
      await().atMost(LIMIT).until(() -> server.received() == "request".length());
      link.shut();
      link.pass(Passage.OPEN);

      assertThatThrownBy(() -> readOrFail(client)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void delay_roundTrip_takesTwiceAsLong() throws IOException {
    link.delay(Duration.ofMillis(100));
    try (Socket client = connect()) {
      long start = System.nanoTime();
      assertThat(echo(client, "slow")).isEqualTo("slow");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));

      link.delay(Duration.ZERO);
      assertThat(echo(client, "fast")).isEqualTo("fast");
    }
  }

  @Test
  void delay_severalPieces_keepTheirOrder() throws IOException {
    try (Socket client = connect()) {
      link.delay(Duration.ofMillis(50));
      client.getOutputStream().write("a".getBytes(UTF_8));
      link.delay(Duration.ofMillis(5));
      client.getOutputStream().write("b".getBytes(UTF_8));
      link.delay(Duration.ZERO);
      client.getOutputStream().write("c".getBytes(UTF_8));

      assertThat(read(client, 3)).isEqualTo("abc");
    }
  }

  @Test
  void open_manyBytesAndASlowReader_nothingIsLost() throws IOException {
    byte[] sent = new byte[24 * 1024 * 1024];
    new Random(7).nextBytes(sent);
    try (Socket client = connect()) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.getOutputStream().write(sent);
                  client.shutdownOutput();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      // Nobody reads until the buffers on the way are full and the writer stands still.
      await()
          .during(Duration.ofMillis(200))
          .atMost(LIMIT)
          .until(server::received, new Unchanged<>()::test);

      assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
      writing.join();
    }
  }

  @Test
  void open_clientEndsItsSide_isPassedOn() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write("last".getBytes(UTF_8));
      client.shutdownOutput();

      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).isEqualTo("last");
    }
    await().atMost(LIMIT).until(() -> link.connections() == 0);
  }

  @Test
  void close_loop_resetsConnectionsAndEndsItsThread() throws IOException {
    try (Socket client = connect()) {
      echo(client, "up");

      loop.close();

      assertThatThrownBy(
              () -> {
                readOrFail(client);
                connect().close();
              })
          .isInstanceOf(IOException.class);
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("test-links");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(link.address().getAddress(), link.address().getPort());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  private static String echo(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(UTF_8));
    return read(client, text.length());
  }

  private static String read(Socket client, int count) throws IOException {
    return new String(client.getInputStream().readNBytes(count), UTF_8);
  }

  private static void readOrFail(Socket client) throws IOException {
    if (client.getInputStream().read() < 0) {
      throw new SocketException("ended in order, which a reset does not");
    }
  }

  private static void assertSilent(Socket client) throws IOException {
    client.setSoTimeout(SHORT_MILLIS);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout((int) LIMIT.toMillis());
  }

  /** Holds when a value is the same as at the look before. */
  private static final class Unchanged<T> {
    private T last;

    boolean test(T value) {
      boolean same = value.equals(last);
      last = value;
      return same;
    }
  }
}
