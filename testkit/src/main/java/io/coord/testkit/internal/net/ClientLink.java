package io.coord.testkit.internal.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link between clients and one member: a fixed address that forwards to wherever the member is.
 *
 * <p>While it is shut, the address refuses connections as that of a dead process does, because
 * nobody listens there. Its port is chosen outside of the range from which systems give ports to
 * outgoing connections, so that it can be had again.
 */
public final class ClientLink {

  private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final LinkLoop loop;
  private final InetSocketAddress address;
  private final Set<Relay> relays = new HashSet<>();
  private @Nullable ServerSocketChannel listener;
  private @Nullable InetSocketAddress target;
  private LinkRule rule = LinkRule.CLEAR;

  private ClientLink(LinkLoop loop, ServerSocketChannel bound) throws IOException {
    this.loop = loop;
    this.address = (InetSocketAddress) bound.getLocalAddress();
    this.listener = bound;
  }

  /**
   * Takes an address on the loopback interface and holds it; connections are reset until opened.
   */
  public static ClientLink create(LinkLoop loop) {
    return loop.call(
        () -> {
          try {
            ClientLink link = new ClientLink(loop, Ports.bind());
            link.listen();
            return link;
          } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on the loopback interface", e);
          }
        });
  }

  public InetSocketAddress address() {
    return address;
  }

  /** Listens and forwards to the target from now on. Connections that are up stay as they are. */
  public void open(InetSocketAddress newTarget) {
    loop.run(
        () -> {
          target = newTarget;
          if (listener == null) {
            listener = rebind();
            listen();
          }
        });
  }

  /** Stops listening and resets every connection. */
  public void shut() {
    loop.run(
        () -> {
          ServerSocketChannel bound = listener;
          listener = null;
          if (bound != null) {
            close(bound);
          }
          List.copyOf(relays).forEach(Relay::reset);
          loop.finishCloses();
        });
  }

  /** Lets bytes through in these directions only; applies to connections that are up, too. */
  public void pass(Passage passage) {
    loop.run(() -> change(rule.with(passage)));
  }

  /** Holds everything for this long in each direction. */
  public void delay(Duration delay) {
    loop.run(() -> change(rule.with(delay)));
  }

  /** Gives the number of connections that are up. */
  public int connections() {
    return loop.call(relays::size);
  }

  private void change(LinkRule changed) {
    rule = changed;
    List.copyOf(relays).forEach(Relay::update);
  }

  private ServerSocketChannel rebind() {
    try {
      return Ports.bind(address);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + " again", e);
    }
  }

  private void listen() {
    ServerSocketChannel bound = listener;
    if (bound == null) {
      return;
    }
    try {
      loop.register(bound, SelectionKey.OP_ACCEPT, new Acceptor(bound));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot accept connections on " + address, e);
    }
  }

  private void accept(SocketChannel client) {
    InetSocketAddress to = target;
    try {
      if (to == null) {
        Relay.abort(client);
      } else {
        relays.add(Relay.open(loop, client, to, NOTHING.duplicate(), () -> rule, relays::remove));
      }
    } catch (IOException e) {
      LOG.trace("cannot connect {} to {}", address, to, e);
      Relay.abort(client);
    }
  }

  private static void close(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing {} failed", channel, e);
    }
  }

  private final class Acceptor implements LinkLoop.Ready {
    private final ServerSocketChannel bound;

    Acceptor(ServerSocketChannel bound) {
      this.bound = bound;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
      for (SocketChannel client = bound.accept(); client != null; client = bound.accept()) {
        ClientLink.this.accept(client);
      }
    }

    @Override
    public void failed(IOException cause) {
      LOG.debug("accepting on {} failed", address, cause);
    }
  }
}
