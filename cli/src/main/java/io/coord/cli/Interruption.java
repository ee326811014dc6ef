package io.coord.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the thread that runs the command, and holds the JVM
 * back until that has cleaned up.
 */
final class Interruption {

  private static final Duration CLEAN_UP = Duration.ofSeconds(20);

  private final Duration limit;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Thread command = Thread.currentThread();

  private Interruption(Duration limit) {
    this.limit = limit;
  }

  /** What runs a command, and may be interrupted. */
  interface Interruptible {
    int run() throws InterruptedException;
  }

  /** Runs a command so. */
  static int guard(Interruptible action) throws InterruptedException {
    return guard(Duration.ZERO, action);
  }

  /**
   * Runs a command so.
   *
   * @param more what its cleaning up may take beyond the usual
   */
  static int guard(Duration more, Interruptible action) throws InterruptedException {
    Interruption interruption = new Interruption(CLEAN_UP.plus(more));
    Thread hook = new Thread(interruption::interrupt, "coord-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return action.run();
    } finally {
      interruption.cleanedUp.countDown();
      removeUnlessRunning(hook);
    }
  }

  private static void removeUnlessRunning(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // It runs, and has just been let go.
    }
  }

  private void interrupt() {
    command.interrupt();
    try {
      if (!cleanedUp.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("coord: stopped without having cleaned up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
