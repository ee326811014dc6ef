package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short waits come first, so that on a machine with processors enough the later ones spin. */
@Timeout(20)
class BlockingWaitTest {

  private static void waitBriefly() throws InterruptedException, ExecutionException {
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Integer> soon = new CompletableFuture<>();
      int value = i;
      CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> soon.complete(value));
      assertThat(BlockingWait.get(soon)).isEqualTo(value);
    }
  }

  @Test
  void get_completedByAnotherThread_givesEachValue() throws Exception {
    waitBriefly();
  }

  @Test
  void get_interrupted_throwsAndDoesNotWait() throws Exception {
    waitBriefly();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> BlockingWait.get(new CompletableFuture<>()))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void get_takesLongerThanAnySpin_waitsForTheFailure() throws Exception {
    waitBriefly();
    CompletableFuture<Integer> late = new CompletableFuture<>();
    CompletableFuture<Integer> failing = late.orTimeout(50, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> BlockingWait.get(failing)).isInstanceOf(ExecutionException.class);
  }
}
