package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.ClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayTest {

  private static final long BOUND_SECONDS = 30;
  private static final int CROWD = 64;
  private static final int ROUNDS = 300;

  private final Relay relay = new Relay();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static <T> T get(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(BOUND_SECONDS, TimeUnit.SECONDS);
  }

  private static List<CompletableFuture<Integer>> futures(int count) {
    List<CompletableFuture<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(new CompletableFuture<>());
    }
    return futures;
  }

  @Test
  void gather_crowdWaits_eachGetsItsOwnValue()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<CompletableFuture<Integer>> awaited = futures(CROWD);
    List<Future<Integer>> returns =
        awaited.stream().map(future -> threads.submit(() -> relay.await(future))).toList();

    relay.gather(
        () -> {
          for (int i = 0; i < CROWD; i++) {
            awaited.get(i).complete(i);
          }
        });

    for (int i = 0; i < CROWD; i++) {
      assertThat(get(returns.get(i))).isEqualTo(i);
    }
  }

  /** The first one returns while the rest have yet to be completed, and can wake these. */
  @Test
  void gather_firstOfMany_isWokenBeforeTheRestIsCompleted()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<CompletableFuture<Integer>> awaited = futures(CROWD);
    List<Future<Integer>> returns =
        awaited.stream().map(future -> threads.submit(() -> relay.await(future))).toList();
    await().until(() -> awaited.get(0).getNumberOfDependents() > 0);

    relay.gather(
        () -> {
          awaited.get(0).complete(0);
          assertThat(returns.get(0)).succeedsWithin(Duration.ofSeconds(BOUND_SECONDS));
          awaited.forEach(future -> future.complete(1));
        });

    for (int i = 1; i < CROWD; i++) {
      assertThat(get(returns.get(i))).isEqualTo(1);
    }
  }

  @Test
  void gather_whatIsChained_runsOnTheThreadThatCompletes()
      throws InterruptedException, ExecutionException, TimeoutException {
    List<CompletableFuture<Integer>> awaited = futures(CROWD);
    Set<Thread> ran = Collections.newSetFromMap(new ConcurrentHashMap<>());
    List<Future<Integer>> returns = new ArrayList<>();
    for (CompletableFuture<Integer> future : awaited) {
      CompletableFuture<Integer> chained =
          future.whenComplete((value, failure) -> ran.add(Thread.currentThread()));
      returns.add(threads.submit(() -> relay.await(chained)));
    }

    relay.gather(() -> awaited.forEach(future -> future.complete(1)));

    for (Future<Integer> returned : returns) {
      assertThat(get(returned)).isEqualTo(1);
    }
    assertThat(ran).containsExactly(Thread.currentThread());
  }

  @Test
  void await_completedElsewhereWhileSomebodyGathers_isAlwaysWoken()
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int round = 0; round < ROUNDS; round++) {
      List<CompletableFuture<Integer>> awaited = futures(2);
      CountDownLatch together = new CountDownLatch(1);
      List<Future<Integer>> returns =
          awaited.stream().map(future -> threads.submit(() -> relay.await(future))).toList();
      Future<Boolean> elsewhere =
          threads.submit(
              () -> {
                together.await();
                return awaited.get(1).complete(1);
              });
      together.countDown();
      relay.gather(() -> awaited.get(0).complete(0));

      assertThat(get(elsewhere)).isTrue();
      assertThat(get(returns.get(0))).isZero();
      assertThat(get(returns.get(1))).isEqualTo(1);
    }
  }

  @Test
  void gather_completionsThrow_thoseCompletedAreWokenAllTheSame()
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Integer> awaited = new CompletableFuture<>();
    Future<Integer> returned = threads.submit(() -> relay.await(awaited));

    assertThatThrownBy(
            () ->
                relay.gather(
                    () -> {
                      awaited.complete(1);
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(get(returned)).isEqualTo(1);
  }

  @Test
  void await_futureFails_throwsWhatItFailedWith() {
    CompletableFuture<Integer> awaited = new CompletableFuture<>();
    awaited.completeExceptionally(new ClosedException("closed", null));

    assertThatThrownBy(() -> relay.await(awaited)).isInstanceOf(ClosedException.class);
  }

  @Test
  void await_interrupted_cancelsTheFuture() {
    CompletableFuture<Integer> awaited = new CompletableFuture<>();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> relay.await(awaited)).isInstanceOf(InterruptedException.class);

    assertThat(awaited).isCancelled();
  }
}
