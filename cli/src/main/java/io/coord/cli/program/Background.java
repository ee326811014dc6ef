package io.coord.cli.program;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a program has begun and not yet ended. Safe to share between threads. */
final class Background {

  private final Consumer<String> out;

  @GuardedBy("this")
  private final List<CompletableFuture<?>> begun = new ArrayList<>();

  /** What can be given up: the waits themselves, without what is said of them. */
  @GuardedBy("this")
  private final List<CompletableFuture<?>> waits = new ArrayList<>();

  Background(Consumer<String> out) {
    this.out = out;
  }

  /**
   * Remembers something until it is over, and says so then.
   *
   * @param name what it is called when it was given up
   * @param done what is said when it is done
   */
  synchronized CompletionStage<Void> begin(CompletableFuture<?> wait, String name, String done) {
    waits.removeIf(CompletableFuture::isDone);
    waits.add(wait);
    return track(
        wait.thenAccept(result -> out.accept(done))
            .exceptionally(failure -> failed(wait, name, failure)));
  }

  private @Nullable Void failed(CompletableFuture<?> wait, String name, Throwable failure) {
    if (!wait.isCancelled()) {
      throw new CompletionException(failure);
    }
    out.accept("gave up " + name);
    return null;
  }

  /** Remembers something until it is over. */
  synchronized <T> CompletableFuture<T> track(CompletableFuture<T> work) {
    begun.removeIf(CompletableFuture::isDone);
    begun.add(work);
    return work;
  }

  /** Waits until all of it is over, however it ends: whoever began it says so. */
  void awaitAll() throws InterruptedException {
    try {
      Object unused = over().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failure has been dealt with", e);
    }
  }

  /** Does the same, and takes no notice of interrupts. */
  void joinAll() {
    over().join();
  }

  private synchronized CompletableFuture<Void> over() {
    return CompletableFuture.allOf(
        begun.stream()
            .map(work -> work.handle((result, failure) -> "over"))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Gives up what can be, and waits until that has been said. */
  void giveUp() {
    List<CompletableFuture<?>> open;
    synchronized (this) {
      open = List.copyOf(waits);
    }
    open.forEach(wait -> wait.cancel(true));
    joinAll();
  }
}
