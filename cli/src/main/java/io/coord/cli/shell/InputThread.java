package io.coord.cli.shell;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads on a thread of its own, because reading from a terminal or a pipe cannot be interrupted.
 * The thread is a daemon: at the end it is left where it waits.
 */
final class InputThread implements AutoCloseable {

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread reader = new Thread(task, "coord-input");
            reader.setDaemon(true);
            return reader;
          });

  /** Runs a read, and waits for it. */
  <T> Optional<T> read(Callable<Optional<T>> source) throws InterruptedException {
    try {
      return thread.submit(source).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the input cannot be read: " + FailureText.of(e), e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
