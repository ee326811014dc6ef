package io.coord.queues.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One caller who wants an item. */
final class Want {

  /** How long a caller waits when there is none. */
  enum Patience {
    /** Until one comes, or the caller gives up. */
    WAITS,
    /** Until a read that began after the call has shown that there is none. */
    LOOKS_ONCE
  }

  private final Patience patience;
  private final CompletableFuture<Optional<Item>> result = new CompletableFuture<>();

  // The following change under the dequeuer's lock only.

  /** Rises in the order in which wants came. */
  long number;

  /** A take is under way that may serve this want. */
  boolean atStake;

  boolean givenUp;

  Want(Patience patience) {
    this.patience = patience;
  }

  boolean looksOnce() {
    return patience == Patience.LOOKS_ONCE;
  }

  /**
   * Gives an item with the revision at which it was taken; nothing, when there is none or the
   * caller gave up.
   */
  CompletableFuture<Optional<Item>> result() {
    return result;
  }
}
