package io.coord.cli.shell;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Optional;

/** The one that a program talks with. */
public interface Dialogue extends AutoCloseable {

  /**
   * Waits for the next line. It is not asked for before this call.
   *
   * @return the line; empty when there are no more
   */
  Optional<String> read() throws InterruptedException;

  /** Shows a line, also while another thread waits for one. */
  void say(String line);

  /** Tells which words may begin a line, for those who like to be helped. */
  void offer(Collection<String> words);

  @Override
  void close();

  /** Talks with somebody at the terminal, who may edit what is typed. */
  static Dialogue onTerminal() {
    return TerminalDialogue.open();
  }

  /** Reads lines from a stream, and writes lines. */
  static Dialogue onStreams(InputStream in, PrintWriter out) {
    return new StreamDialogue(in, out);
  }
}
