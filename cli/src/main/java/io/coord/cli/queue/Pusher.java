package io.coord.cli.queue;

import io.coord.cli.shell.FailureText;
import io.coord.core.Bytes;
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
    Optional<String> next() throws InterruptedException;
  }

  /**
   * Pushes what there is.
   *
   * @return how many it were
   * @throws IllegalStateException when one is not in; those before it are
   */
  public long pushAll(Source source) throws InterruptedException {
    Optional<String> value = source.next();
    while (value.isPresent()) {
      underWay.addLast(queue.push(Bytes.utf8(value.get()), priority));
      if (underWay.size() == UNDER_WAY) {
        settleFirst();
      }
      settleWhatIsDone();
      value = source.next();
    }
    while (!underWay.isEmpty()) {
      settleFirst();
    }
    return pushed;
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
    long behind = 0;
    for (CompletableFuture<Long> other : underWay) {
      behind += isIn(other) ? 1 : 0;
    }
    String after = behind == 0 ? "" : ", and " + behind + " after it";
    return new IllegalStateException(
        "value "
            + (pushed + 1)
            + " is not in: "
            + FailureText.of(failure)
            + "; "
            + pushed
            + " before it are"
            + after,
        failure);
  }

  private static boolean isIn(CompletableFuture<Long> push) throws InterruptedException {
    try {
      long unused = push.get();
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }
}
