package io.coord.cli.shell;

import io.coord.core.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Lines of a stream as the bytes that they are, text or not. A line ends with a line feed, or with
 * a carriage return and a line feed; the last one also with the stream.
 */
public final class ByteLines implements AutoCloseable {

  private static final int END = -1;

  private final InputThread input = new InputThread();
  private final InputStream in;

  public ByteLines(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** Waits for the next line; empty when there are no more. */
  public Optional<Bytes> read() throws InterruptedException {
    return input.read(this::readLine);
  }

  private Optional<Bytes> readLine() throws IOException {
    int next = in.read();
    if (next == END) {
      return Optional.empty();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (next != END && next != '\n') {
      line.write(next);
      next = in.read();
    }
    byte[] bytes = line.toByteArray();
    boolean hasReturn = next == '\n' && bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    Bytes whole = Bytes.wrap(bytes);
    return Optional.of(hasReturn ? whole.upTo(bytes.length - 1) : whole);
  }

  /** Leaves the stream open: it is not its own. */
  @Override
  public void close() {
    input.close();
  }
}
