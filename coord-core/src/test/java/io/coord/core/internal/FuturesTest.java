package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The end of a blocking wait. */
class FuturesTest {

  private final List<String> undone = new ArrayList<>();

  /** Its value comes when the interrupted thread has left the wait, and not cancelled it yet. */
  private static final class Meeting extends CompletableFuture<String> {
    @Override
    public String get() throws InterruptedException {
      complete("value");
      throw new InterruptedException();
    }
  }

  @Test
  void await_valueComesAtTheMomentOfTheInterrupt_isTakenBack() {
    assertThatThrownBy(() -> Futures.await(new Meeting(), undone::add))
        .isInstanceOf(InterruptedException.class);

    assertThat(undone).containsExactly("value");
  }

  @Test
  void await_interruptedBefore_cancelsAndTakesNothingBack() {
    CompletableFuture<String> never = new CompletableFuture<>();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Futures.await(never, undone::add))
        .isInstanceOf(InterruptedException.class);

    assertThat(never).isCancelled();
    assertThat(undone).isEmpty();
  }

  @Test
  void await_failedForManyWaitersAtOnce_showsWhereAFewOfThemWaited() {
    CompletableFuture<String> failed =
        CompletableFuture.failedFuture(new UnavailableException("no member", null));
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> Futures.await(failed)).isInstanceOf(UnavailableException.class);
    }

    assertThat(failed.handle((value, failure) -> failure).join().getSuppressed())
        .hasSizeBetween(1, 10)
        .allSatisfy(
            trace -> assertThat(trace).hasMessageContaining(Thread.currentThread().getName()));
  }
}
