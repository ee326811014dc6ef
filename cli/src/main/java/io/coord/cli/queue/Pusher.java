package io.coord.cli.queue;

import io.coord.cli.shell.FailureText;
import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Pushes values one after the other. Some are under way at once, so that they share transactions;
 * they come in in their order.
 */
public final class Pusher {

  private static final int UNDER_WAY = 500;

  private final ValueQueue queue;
  private final int priority;
  private final Deque<CompletableFuture<Long>> underWay = new ArrayDeque<>();
  private long pushed;

  public Pusher(ValueQueue queue, int priority) {
    this.queue = queue;
    this.priority = priority;
  }

  /** Where values come from. */
  public interface Source {

    /**
     * Gives the next value, or nothing at the end.
     *
     * @throws IllegalStateException when it cannot be read
     */
    Optional<Bytes> next() throws InterruptedException;
  }

  /**
   * Pushes what there is.
   *
   * @return how many it were
   * @throws IllegalStateException when one is not in, or may not be, or cannot be read; those
   *     before it are in
   */
  public long pushAll(Source source) throws InterruptedException {
    Optional<Bytes> value = next(source);
    while (value.isPresent()) {
      underWay.addLast(queue.push(value.get(), priority));
      if (underWay.size() == UNDER_WAY) {
        settleFirst();
      }
      settleWhatIsDone();
      value = next(source);
    }
    settleAll();
    return pushed;
  }

  /** What came before something that cannot be read has its end first. */
  private Optional<Bytes> next(Source source) throws InterruptedException {
    try {
      return source.next();
    } catch (IllegalStateException unreadable) {
      settleAll();
      throw new IllegalStateException(
          FailureText.of(unreadable) + "; the " + pushed + " values before that are in",
          unreadable);
    }
  }

  private void settleAll() throws InterruptedException {
    while (!underWay.isEmpty()) {
      settleFirst();
    }
  }

  /** Says what became of the values so far, when nobody waits for the rest. */
  public String standing() {
    long open = underWay.stream().filter(push -> !push.isDone()).count();
    long in = pushed + underWay.stream().filter(push -> push.isDone() && !isFailed(push)).count();
    return in + " values are in" + (open == 0 ? "" : ", and up to " + open + " more");
  }

  private static boolean isFailed(CompletableFuture<Long> push) {
    return push.isCompletedExceptionally();
  }

  private void settleWhatIsDone() throws InterruptedException {
    while (!underWay.isEmpty() && underWay.peekFirst().isDone()) {
      settleFirst();
    }
  }

  private void settleFirst() throws InterruptedException {
    try {
      long unused = underWay.removeFirst().get();
      pushed++;
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  /** Says what became of all: some behind the one that failed may be in. */
  private IllegalStateException failed(ExecutionException failure) throws InterruptedException {
    long in = 0;
    long unknown = 0;
    for (CompletableFuture<Long> other : underWay) {
      switch (fate(other)) {
        case IN -> in++;
        case UNKNOWN -> unknown++;
        case NOT_IN -> {}
      }
    }
    return new IllegalStateException(
        "value "
            + (pushed + 1)
            + (fate(failure) == Fate.UNKNOWN ? " may be in, or not: " : " is not in: ")
            + FailureText.of(failure)
            + "; "
            + pushed
            + " before it are"
            + (in == 0 ? "" : ", and " + in + " after it")
            + (unknown == 0 ? "" : ", and up to " + unknown + " more"),
        failure);
  }

  /** What became of a value. */
  private enum Fate {
    IN,
    UNKNOWN,
    NOT_IN
  }

  private static Fate fate(CompletableFuture<Long> push) throws InterruptedException {
    try {
      long unused = push.get();
      return Fate.IN;
    } catch (ExecutionException e) {
      return fate(e);
    }
  }

  private static Fate fate(ExecutionException failure) {
    return failure.getCause() instanceof OutcomeUnknownException ? Fate.UNKNOWN : Fate.NOT_IN;
  }
}
