package io.coord.core.internal;

import io.coord.core.CoordException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** How a blocking method waits for its asynchronous twin. */
public final class Futures {

  private Futures() {}

  /**
   * Waits for a future and gives its value, or throws what it failed with. An interrupt cancels the
   * future.
   */
  public static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw rethrowable(e);
    }
  }

  /** The failure itself, without the wrappers that a chain of futures puts around it. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static RuntimeException rethrowable(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof CoordException known) {
      known.addSuppressed(new CallerTrace());
      return known;
    }
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  /** Shows, beside the trace of the thread that failed, the one of the thread that waited. */
  private static final class CallerTrace extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallerTrace() {
      super("waited for here");
    }
  }
}
