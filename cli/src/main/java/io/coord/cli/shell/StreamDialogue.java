package io.coord.cli.shell;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/** Lines in, lines out. */
final class StreamDialogue implements Dialogue {

  private final InputThread input = new InputThread();
  private final BufferedReader in;
  private final PrintWriter out;

  StreamDialogue(InputStream in, PrintWriter out) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.out = out;
  }

  @Override
  public Optional<String> read() throws InterruptedException {
    return input.read(() -> Optional.ofNullable(in.readLine()));
  }

  @Override
  public void say(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  @Override
  public void offer(Collection<String> words) {
    // Who writes a file needs no help.
  }

  /** Leaves the streams open: they are not its own. */
  @Override
  public void close() {
    input.close();
  }
}
