package io.coord.benchmarks.cases;

import io.coord.benchmarks.WorkerThreads;
import io.coord.core.internal.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Threads that each do one thing once. */
final class Crowd {

  /** What the member of a number does. */
  @FunctionalInterface
  interface Deed {
    void act(int member) throws InterruptedException;
  }

  private final List<CompletableFuture<Long>> returns = new ArrayList<>();

  private Crowd() {}

  /** Members of these numbers, from the first up to and without the last, begin. */
  static Crowd begin(WorkerThreads threads, int first, int end, Deed deed) {
    Crowd crowd = new Crowd();
    for (int member = first; member < end; member++) {
      crowd.add(threads, member, deed);
    }
    return crowd;
  }

  private void add(WorkerThreads threads, int member, Deed deed) {
    CompletableFuture<Long> returned = new CompletableFuture<>();
    returns.add(returned);
    Thread unused = threads.start("bench-member-" + member, () -> run(member, deed, returned));
  }

  private static void run(int member, Deed deed, CompletableFuture<Long> returned) {
    try {
      deed.act(member);
      returned.complete(System.nanoTime());
    } catch (InterruptedException | RuntimeException | Error e) {
      returned.completeExceptionally(e);
    }
  }

  /**
   * Waits for all of them.
   *
   * @return when the last had done it, as {@link System#nanoTime} says
   * @throws RuntimeException what one of them failed with
   */
  long lastReturn() throws InterruptedException {
    long last = Futures.await(returns.get(0));
    for (CompletableFuture<Long> returned : returns) {
      long at = Futures.await(returned);
      last = at - last > 0 ? at : last;
    }
    return last;
  }
}
