package io.coord.testkit.internal.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening of one SOCKS 5 connection (RFC 1928): no authentication, CONNECT, IPv4 addresses.
 *
 * <p>{@code GREETING} reads version and methods and answers "none needed"; {@code REQUEST} reads
 * the destination; {@code ASKED} waits until the mesh connects it, reading only to notice that the
 * source has given up. From then on the channel belongs to a relay.
 */
final class SocksHandshake implements LinkLoop.Ready {

  /** What the source is told once its destination is connected. */
  static final byte[] SUCCESS = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};

  private static final Logger LOG = LoggerFactory.getLogger(SocksHandshake.class);
  private static final byte[] NO_AUTHENTICATION = {5, 0};
  private static final int VERSION = 5;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int REQUEST_BYTES = 10;
  private static final int LONGEST = 2 + 255;

  private enum Stage {
    GREETING,
    REQUEST,
    ASKED
  }

  private final PeerMesh mesh;
  private final int from;
  private final SocketChannel client;
  private final ByteBuffer input = ByteBuffer.allocate(LONGEST);
  private Stage stage = Stage.GREETING;

  SocksHandshake(PeerMesh mesh, int from, SocketChannel client) {
    this.mesh = mesh;
    this.from = from;
    this.client = client;
  }

  SocketChannel client() {
    return client;
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    if (client.read(input) < 0) {
      throw new EOFException("the source has given up");
    }
    if (stage == Stage.GREETING && input.position() >= 2) {
      greet();
    } else if (stage == Stage.REQUEST && input.position() >= REQUEST_BYTES) {
      ask();
    }
  }

  private void greet() throws IOException {
    require(input.get(0) == VERSION, "version", input.get(0));
    int length = 2 + Byte.toUnsignedInt(input.get(1));
    if (input.position() < length) {
      return;
    }
    input.clear();
    stage = Stage.REQUEST;
    client.write(ByteBuffer.wrap(NO_AUTHENTICATION));
  }

  private void ask() throws IOException {
    require(input.get(1) == CONNECT, "command", input.get(1));
    require(input.get(3) == IPV4, "address type", input.get(3));
    stage = Stage.ASKED;
    mesh.connect(this, from, destination());
  }

  private byte[] destination() {
    byte[] address = new byte[4];
    input.get(4, address);
    return address;
  }

  /** Tries again after the links have changed. */
  void proceed() {
    try {
      mesh.connect(this, from, destination());
    } catch (IOException e) {
      failed(e);
    }
  }

  private static void require(boolean condition, String what, byte value) throws IOException {
    if (!condition) {
      throw new IOException("unexpected SOCKS " + what + ": " + value);
    }
  }

  @Override
  public void failed(IOException cause) {
    LOG.trace("a peer connection of member {} was not made", from, cause);
    mesh.forget(this);
    Relay.abort(client);
  }
}
