package io.coord.testkit.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Free ports on the loopback interface, below those that systems give to outgoing connections.
 *
 * <p>A port from the system's own range could be taken by any outgoing connection between the
 * moment at which it was found free and the one at which it is bound, or while a member is down.
 */
public final class Ports {

  static final InetAddress LOOPBACK = loopback();

  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;
  private static final int BACKLOG = 1024;

  private Ports() {}

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /**
   * Finds a port that was free a moment ago.
   *
   * @return the port
   */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = candidate();
      try (ServerSocket probe = new ServerSocket(port, 1, LOOPBACK)) {
        return probe.getLocalPort();
      } catch (IOException e) {
        LOG.trace("port {} is taken", port, e);
      }
    }
    throw noneFree();
  }

  /** Binds a listener to a free port. */
  static ServerSocketChannel bind() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return bind(new InetSocketAddress(LOOPBACK, candidate()));
      } catch (BindException e) {
        LOG.trace("a port is taken", e);
      }
    }
    throw noneFree();
  }

  static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(address, BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static int candidate() {
    return ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
  }

  private static IllegalStateException noneFree() {
    return new IllegalStateException(
        "no free port on 127.0.0.1 between " + LOWEST + " and " + HIGHEST);
  }
}
