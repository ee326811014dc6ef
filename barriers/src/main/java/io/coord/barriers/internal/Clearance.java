package io.coord.barriers.internal;

import io.coord.core.internal.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/*
 * Whether an entrance of a member is out of the way of the next one.
 *
 *   IN THE WAY --key never put, gone, or of a round that has begun--> GIVEN
 *       '--etcd refuses to delete it--> REFUSED --gone after all--^
 *
 * A refusal is told to whoever waits while it lasts. The deletion is tried again all the same, so
 * who comes after it has succeeded hears nothing of it.
 */

/** What the next entrance of a member waits for. Safe to share between threads. */
final class Clearance {

  private final CompletableFuture<Void> given = new CompletableFuture<>();
  private final CompletableFuture<Throwable> refusal = new CompletableFuture<>();

  /** Where no entrance was before. */
  static Clearance given() {
    Clearance clearance = new Clearance();
    clearance.give();
    return clearance;
  }

  void give() {
    given.complete(null);
  }

  /** Etcd refuses to delete the key; of no interest once the way is free. */
  void refuse(Throwable why) {
    if (!given.isDone()) {
      refusal.complete(why);
    }
  }

  /**
   * Runs {@code free} once it is given, and {@code refused} if that is refused before; where it is
   * given already, that alone counts.
   */
  void await(Runnable free, Consumer<Throwable> refused) {
    if (!given.isDone()) {
      Futures.onDone(refusal, refused, defect -> {});
    }
    Futures.onDone(given, now -> free.run(), defect -> {});
  }
}
