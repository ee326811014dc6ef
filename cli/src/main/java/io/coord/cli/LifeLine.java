package io.coord.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Lets a child process of this program not outlive its parent, however that ends: the child's input
 * is a pipe that the parent holds open.
 */
public final class LifeLine {

  private static final String PROPERTY = "coord.until-input-ends";

  /** The option for the JVM of such a child. */
  public static final String JVM_OPTION = "-D" + PROPERTY + "=true";

  private LifeLine() {}

  /** Begins to watch the input, if this process is such a child. */
  static void attach(InputStream in) {
    if (Boolean.getBoolean(PROPERTY)) {
      Thread watch = new Thread(() -> haltAtTheEndOf(in), "coord-life-line");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void haltAtTheEndOf(InputStream in) {
    try {
      long unused = in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // As good as the end.
    }
    // Nobody is left who would care for what is cleaned up: the leases run out by themselves.
    Runtime.getRuntime().halt(1);
  }
}
