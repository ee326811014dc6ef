package io.coord.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;

/**
 * Lets a child process of this program not outlive its parent, however that ends: the child's input
 * is a pipe that the parent holds open. What the parent writes there is the child's input.
 */
public final class LifeLine {

  private static final int MOST_UNREAD = 1 << 12;
  private static final String PROPERTY = "coord.until-input-ends";

  /** The option for the JVM of such a child. */
  public static final String JVM_OPTION = "-D" + PROPERTY + "=true";

  private LifeLine() {}

  /** Begins to watch the input, if this process is such a child; gives what to read instead. */
  static InputStream attach(InputStream in) {
    if (!Boolean.getBoolean(PROPERTY)) {
      return in;
    }
    PipedOutputStream onward = new PipedOutputStream();
    InputStream watched = joined(onward);
    Thread watch = new Thread(() -> haltAtTheEndOf(in, onward), "coord-life-line");
    watch.setDaemon(true);
    watch.start();
    return watched;
  }

  private static InputStream joined(PipedOutputStream onward) {
    try {
      return new PipedInputStream(onward, MOST_UNREAD);
    } catch (IOException e) {
      throw new UncheckedIOException("a new pipe has no other end", e);
    }
  }

  private static void haltAtTheEndOf(InputStream in, OutputStream onward) {
    byte[] some = new byte[MOST_UNREAD];
    try {
      for (int length = in.read(some); length >= 0; length = in.read(some)) {
        onward.write(some, 0, length);
        onward.flush();
      }
    } catch (IOException e) {
      // As good as the end.
    }
    // Nobody is left who would care for what is cleaned up: the leases run out by themselves.
    Runtime.getRuntime().halt(1);
  }
}
