package io.coord.testkit.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forwarded connection: a channel from who opened it, a channel to the target, a flow each way.
 *
 * <p>Lives on the loop's thread. It begins with connecting to the target, then forwards as its rule
 * says. It ends when both flows are finished, when either side fails, or when it is reset; then
 * both channels are closed and the owner is told once.
 */
final class Relay implements LinkLoop.Ready {

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private final Supplier<LinkRule> rule;
  private final Consumer<Relay> whenEnded;
  private final SocketChannel client;
  private final SocketChannel target;
  private final SelectionKey clientKey;
  private final SelectionKey targetKey;
  private final Flow requests;
  private final Flow replies;
  private boolean connected;
  private boolean over;

  private Relay(
      LinkLoop loop,
      SocketChannel client,
      SocketChannel target,
      Supplier<LinkRule> rule,
      Consumer<Relay> whenEnded)
      throws IOException {
    this.rule = rule;
    this.whenEnded = whenEnded;
    this.client = client;
    this.target = target;
    this.requests = new Flow(loop, client, target);
    this.replies = new Flow(loop, target, client);
    this.clientKey = loop.register(client, 0, this);
    this.targetKey = loop.register(target, 0, this);
  }

  /**
   * Begins to connect to the target.
   *
   * @param firstReply bytes for the client as soon as the target is connected
   */
  static Relay open(
      LinkLoop loop,
      SocketChannel client,
      InetSocketAddress address,
      ByteBuffer firstReply,
      Supplier<LinkRule> rule,
      Consumer<Relay> whenEnded)
      throws IOException {
    SocketChannel target = SocketChannel.open();
    Relay relay;
    try {
      target.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      target.setOption(StandardSocketOptions.TCP_NODELAY, true);
      relay = new Relay(loop, client, target, rule, whenEnded);
      relay.replies.prepend(firstReply);
      relay.connected = target.connect(address);
    } catch (IOException e) {
      target.close();
      throw e;
    }
    relay.update();
    return relay;
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    if (key.isConnectable()) {
      connected = target.finishConnect();
    }
    LinkRule now = rule.get();
    long delayNanos = now.delay().toNanos();
    if (now.passage().carriesRequests()) {
      move(requests, key == clientKey && key.isReadable(), delayNanos);
    }
    if (now.passage().carriesReplies()) {
      move(replies, key == targetKey && key.isReadable(), delayNanos);
    }
    update();
  }

  private void move(Flow flow, boolean readable, long delayNanos) throws IOException {
    if (!connected) {
      return;
    }
    flow.write();
    if (readable) {
      flow.read(delayNanos, this::due);
    }
  }

  /** Something that was held for its delay may go on. */
  private void due() {
    if (over) {
      return;
    }
    try {
      LinkRule now = rule.get();
      if (now.passage().carriesRequests()) {
        requests.write();
      }
      if (now.passage().carriesReplies()) {
        replies.write();
      }
      update();
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Asks the selector for what the flows and the rule allow now; called when the rule changes. */
  void update() {
    if (over) {
      return;
    }
    if (!connected) {
      targetKey.interestOps(SelectionKey.OP_CONNECT);
      return;
    }
    if (requests.isFinished() && replies.isFinished()) {
      end();
      return;
    }
    Passage passage = rule.get().passage();
    int clientOps = 0;
    int targetOps = 0;
    if (passage.carriesRequests()) {
      clientOps |= requests.wantsRead() ? SelectionKey.OP_READ : 0;
      targetOps |= requests.wantsWrite() ? SelectionKey.OP_WRITE : 0;
    }
    if (passage.carriesReplies()) {
      targetOps |= replies.wantsRead() ? SelectionKey.OP_READ : 0;
      clientOps |= replies.wantsWrite() ? SelectionKey.OP_WRITE : 0;
    }
    clientKey.interestOps(clientOps);
    targetKey.interestOps(targetOps);
  }

  @Override
  public void failed(IOException cause) {
    LOG.trace("a connection broke", cause);
    reset();
  }

  /** Breaks the connection on both sides, as the death of a process does. */
  void reset() {
    abort(client);
    abort(target);
    end();
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    close(client);
    close(target);
    whenEnded.accept(this);
  }

  static void abort(SocketChannel channel) {
    try {
      if (channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      LOG.trace("the channel was not connected", e);
    }
    close(channel);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing {} failed", channel, e);
    }
  }
}
