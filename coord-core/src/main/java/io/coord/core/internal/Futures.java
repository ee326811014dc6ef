package io.coord.core.internal;

import io.coord.core.CoordException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a blocking method waits for its asynchronous twin. */
public final class Futures {

  private static final Logger log = LoggerFactory.getLogger(Futures.class);

  /** How many waiters add their traces to an exception that they share. */
  private static final int MOST_TRACES = 4;

  private Futures() {}

  /**
   * Waits for a future and gives its value, or throws what it failed with. An interrupt cancels the
   * future.
   */
  public static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return BlockingWait.get(future);
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw rethrowable(e);
    }
  }

  /**
   * Does what {@link #await(CompletableFuture)} does, for a value that somebody must own.
   *
   * @param undo takes back a value that came at the moment of the interrupt
   */
  public static <T> T await(CompletableFuture<T> future, Consumer<T> undo)
      throws InterruptedException {
    try {
      return await(future);
    } catch (InterruptedException e) {
      onDone(future, undo, cancelled -> {});
      throw e;
    }
  }

  /** Waits for a future that ends by itself and never fails; keeps the interrupt status. */
  public static <T> T awaitUninterruptibly(CompletableFuture<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return BlockingWait.get(future);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw rethrowable(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The future that a user gets for one of ours: completed on the user's executor. Ending it in any
   * other way, by cancelling it, by {@link CompletableFuture#orTimeout} or by completing it,
   * cancels ours: nobody waits for that any more.
   *
   * @param undo takes back a result that came too late for a future that was cancelled
   */
  public static <T> CompletableFuture<T> publish(
      CompletableFuture<T> ours, Executor callbacks, Consumer<T> undo) {
    return publish(ours, callbacks, UnaryOperator.identity(), undo);
  }

  /**
   * Does what {@link #publish(CompletableFuture, Executor, Consumer)} does, with a last look at the
   * value: the executor may come to it long after it was there.
   *
   * @param view what the user gets for the value, made right before that; throws when the value is
   *     of no use any more
   * @param undo takes back a result that the user does not get
   */
  public static <A, T> CompletableFuture<T> publish(
      CompletableFuture<A> ours, Executor callbacks, Function<A, T> view, Consumer<A> undo) {
    CompletableFuture<T> theirs = new CompletableFuture<>();
    onDone(
        ours,
        value ->
            callBack(
                callbacks,
                () -> {
                  if (!give(value, view, theirs)) {
                    undo.accept(value);
                  }
                }),
        failure -> callBack(callbacks, () -> theirs.completeExceptionally(failure)));
    onDone(theirs, value -> ours.cancel(true), failure -> ours.cancel(true));
    return theirs;
  }

  private static <A, T> boolean give(A value, Function<A, T> view, CompletableFuture<T> theirs) {
    T given;
    try {
      given = view.apply(value);
    } catch (Throwable noUse) {
      theirs.completeExceptionally(noUse);
      return false;
    }
    return theirs.complete(given);
  }

  /**
   * Completes a user's future on the user's executor. A connection that is closed has no executor
   * of its own any more, and the user may have shut down his; yet every future ends.
   */
  public static void callBack(Executor callbacks, Runnable completion) {
    try {
      callbacks.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run();
    }
  }

  /**
   * Chains one of two continuations to a future of ours. They must not throw; if one does, that is
   * logged, for nobody holds the future that would carry it.
   */
  public static <T> void onDone(
      CompletableFuture<T> future, Consumer<T> onValue, Consumer<Throwable> onFailure) {
    CompletableFuture<?> unused =
        future
            .handle(
                (value, failure) -> {
                  if (failure == null) {
                    onValue.accept(value);
                  } else {
                    onFailure.accept(unwrap(failure));
                  }
                  return null;
                })
            .exceptionally(
                defect -> {
                  log.error("a continuation failed", unwrap(defect));
                  return null;
                });
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
      addTrace(known);
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

  /** Those who were answered together fail with one exception, which each of them may log. */
  private static void addTrace(CoordException shared) {
    synchronized (shared) {
      if (shared.getSuppressed().length < MOST_TRACES) {
        shared.addSuppressed(new CallerTrace());
      }
    }
  }

  /** Shows, beside the trace of the thread that failed, the one of the thread that waited. */
  private static final class CallerTrace extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallerTrace() {
      super("waited for here, by thread " + Thread.currentThread().getName());
    }
  }
}
