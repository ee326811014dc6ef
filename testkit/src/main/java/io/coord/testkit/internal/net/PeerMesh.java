package io.coord.testkit.internal.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links among members that are processes of this machine.
 *
 * <p>Every member has a SOCKS proxy of its own here, which it uses for all it says to its peers,
 * because etcd's peer connections honour {@code HTTP_PROXY}. Which proxy a connection comes in by
 * tells its source, and the address that it asks for tells its destination; so each connection is
 * known to belong to one pair before a byte of it is forwarded. The members' peer addresses are
 * from a block that is reserved for documentation, so nothing is ever sent to them past the
 * proxies.
 */
public final class PeerMesh {

  private static final Logger LOG = LoggerFactory.getLogger(PeerMesh.class);
  private static final byte[] ADDRESS_BLOCK = {(byte) 192, 0, 2};
  private static final int PEER_PORT = 2380;

  /** The most members that the block has addresses for. */
  public static final int MAX_MEMBERS = 254;

  private final LinkLoop loop;
  private final List<InetSocketAddress> doors = new ArrayList<>();
  private final @Nullable InetSocketAddress[] targets;
  private final boolean[] isolated;
  private final Set<Relay> relays = new HashSet<>();
  private final Set<SocksHandshake> waiting = new HashSet<>();

  private PeerMesh(LinkLoop loop, int members) {
    this.loop = loop;
    this.targets = new InetSocketAddress[members];
    this.isolated = new boolean[members];
  }

  /**
   * Opens a proxy for each member.
   *
   * @param loop moves the bytes and closes the proxies
   * @param members how many
   * @return the links
   */
  public static PeerMesh create(LinkLoop loop, int members) {
    PeerMesh mesh = new PeerMesh(loop, members);
    loop.run(
        () -> {
          for (int i = 0; i < members; i++) {
            mesh.openDoor(i);
          }
        });
    return mesh;
  }

  /** The address by which its peers know a member. */
  public static String peerUrl(int member) {
    return "http://192.0.2." + (member + 1) + ":" + PEER_PORT;
  }

  /** The proxy that a member has to use. */
  public String proxyUrl(int member) {
    InetSocketAddress door = doors.get(member);
    return "socks5://127.0.0.1:" + door.getPort();
  }

  /** Says where a member really listens for its peers. */
  public void place(int member, InetSocketAddress target) {
    loop.run(() -> targets[member] = target);
  }

  /** Stops all bytes from and to a member; connections stay up, as over a cut cable. */
  public void isolate(int member) {
    loop.run(() -> change(member, true));
  }

  /** Lets a member's bytes through again. */
  public void rejoin(int member) {
    loop.run(() -> change(member, false));
  }

  private void change(int member, boolean nowIsolated) {
    isolated[member] = nowIsolated;
    List.copyOf(relays).forEach(Relay::update);
    List.copyOf(waiting).forEach(SocksHandshake::proceed);
  }

  private void openDoor(int member) {
    try {
      ServerSocketChannel door = Ports.bind();
      doors.add((InetSocketAddress) door.getLocalAddress());
      loop.register(door, SelectionKey.OP_ACCEPT, new Door(member, door));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on the loopback interface", e);
    }
  }

  private Passage passage(int from, int to) {
    return isolated[from] || isolated[to] ? Passage.CLOSED : Passage.OPEN;
  }

  /** Gives the index of the member that has this address. */
  private Optional<Integer> memberAt(byte[] address) {
    boolean inBlock = Arrays.equals(address, 0, ADDRESS_BLOCK.length, ADDRESS_BLOCK, 0, 3);
    int member = Byte.toUnsignedInt(address[3]) - 1;
    return inBlock && member >= 0 && member < targets.length
        ? Optional.of(member)
        : Optional.empty();
  }

  /** Connects a source that has said where it wants to go, or keeps it until there is a way. */
  void connect(SocksHandshake handshake, int from, byte[] address) throws IOException {
    int to =
        memberAt(address)
            .orElseThrow(
                () -> new IOException("no member has the address " + Arrays.toString(address)));
    waiting.remove(handshake);
    if (passage(from, to) == Passage.CLOSED) {
      waiting.add(handshake);
      return;
    }
    InetSocketAddress target = targets[to];
    if (target == null) {
      throw new IOException("member " + to + " has not been started");
    }
    relays.add(
        Relay.open(
            loop,
            handshake.client(),
            target,
            ByteBuffer.wrap(SocksHandshake.SUCCESS),
            () -> LinkRule.CLEAR.with(passage(from, to)),
            relays::remove));
  }

  void forget(SocksHandshake handshake) {
    waiting.remove(handshake);
  }

  /** Where one member's connections to its peers come in. */
  private final class Door implements LinkLoop.Ready {
    private final int member;
    private final ServerSocketChannel channel;

    Door(int member, ServerSocketChannel channel) {
      this.member = member;
      this.channel = channel;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
      for (SocketChannel peer = channel.accept(); peer != null; peer = channel.accept()) {
        loop.register(peer, SelectionKey.OP_READ, new SocksHandshake(PeerMesh.this, member, peer));
      }
    }

    @Override
    public void failed(IOException cause) {
      LOG.debug("accepting a connection of member {} failed", member, cause);
    }
  }
}
