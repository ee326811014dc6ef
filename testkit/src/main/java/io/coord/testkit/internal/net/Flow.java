package io.coord.testkit.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** One direction of a relay: bytes read from a source, perhaps held for a while, and written on. */
final class Flow {

  /** Enough for 100 ms of delay at tens of MB/s; beyond it the source is not read. */
  private static final int LIMIT_BYTES = 8 * 1024 * 1024;

  private record Piece(ByteBuffer bytes, long dueNanos) {}

  private final LinkLoop loop;
  private final SocketChannel source;
  private final SocketChannel sink;
  private final ArrayDeque<Piece> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean ended;
  private boolean finished;

  Flow(LinkLoop loop, SocketChannel source, SocketChannel sink) {
    this.loop = loop;
    this.source = source;
    this.sink = sink;
  }

  /** Puts bytes in front that were read before the relay began. */
  void prepend(ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      hold(bytes, System.nanoTime());
    }
  }

  boolean wantsRead() {
    return !ended && heldBytes < LIMIT_BYTES;
  }

  /** Tells whether something that is due could not be written yet. */
  boolean wantsWrite() {
    Piece first = held.peek();
    return first != null && first.dueNanos - System.nanoTime() <= 0;
  }

  /** Tells whether the source has ended and everything has been written. */
  boolean isFinished() {
    return finished;
  }

  /** Reads what the source has; what needs no holding goes straight on. */
  void read(long delayNanos, Runnable whenDue) throws IOException {
    ByteBuffer buffer = loop.scratch();
    int count = source.read(buffer);
    if (count < 0) {
      ended = true;
      write();
      return;
    }
    buffer.flip();
    if (delayNanos == 0 && held.isEmpty()) {
      sink.write(buffer);
    }
    if (buffer.hasRemaining()) {
      long due = System.nanoTime() + delayNanos;
      hold(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip(), due);
      if (delayNanos > 0) {
        loop.at(due, whenDue);
      }
    }
  }

  /** Writes what is due, and passes the source's end on when nothing is left. */
  void write() throws IOException {
    while (wantsWrite()) {
      ByteBuffer bytes = held.element().bytes;
      heldBytes -= sink.write(bytes);
      if (bytes.hasRemaining()) {
        return;
      }
      held.remove();
    }
    if (ended && held.isEmpty() && !finished) {
      finished = true;
      sink.shutdownOutput();
    }
  }

  private void hold(ByteBuffer bytes, long dueNanos) {
    held.add(new Piece(bytes, dueNanos));
    heldBytes += bytes.remaining();
  }
}
