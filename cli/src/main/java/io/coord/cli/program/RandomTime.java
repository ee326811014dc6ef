package io.coord.cli.program;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets a time pass that is random up to a limit. */
public final class RandomTime {

  private final Duration longest;

  public RandomTime(Duration longest) {
    this.longest = longest;
  }

  /** A time that is random up to the limit. */
  long nextNanos() {
    return ThreadLocalRandom.current().nextLong(longest.toNanos() + 1);
  }

  /** Waits for the time to be over, or for something that should not happen meanwhile. */
  public <T> Optional<T> passUnless(CompletionStage<T> disturbance) throws InterruptedException {
    try {
      return Optional.of(disturbance.toCompletableFuture().get(nextNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
