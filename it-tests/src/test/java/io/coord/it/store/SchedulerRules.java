package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The store's clock and thread. */
interface SchedulerRules extends Rules {

  @Test
  default void schedule_runsNoSoonerThanAskedFor() {
    Scheduler scheduler = lab().store().scheduler();
    CompletableFuture<Long> ran = new CompletableFuture<>();
    long before = scheduler.nanoTime();
    scheduler.schedule(Duration.ofMillis(50), () -> ran.complete(scheduler.nanoTime()));
    assertThat(lab().await(ran) - before).isGreaterThanOrEqualTo(50_000_000L);
  }

  @Test
  default void schedule_cancelled_doesNotRun() {
    Scheduler scheduler = lab().store().scheduler();
    List<String> ran = new CopyOnWriteArrayList<>();
    Timer timer = scheduler.schedule(Duration.ofMillis(50), () -> ran.add("cancelled"));
    scheduler.schedule(Duration.ofMillis(150), () -> ran.add("later"));
    timer.cancel();
    timer.cancel();
    lab().await(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("later");
  }

  @Test
  default void cancel_afterTheTaskRan_doesNothing() {
    Scheduler scheduler = lab().store().scheduler();
    CompletableFuture<Void> ran = new CompletableFuture<>();
    Timer timer = scheduler.schedule(Duration.ZERO, () -> ran.complete(null));
    lab().await(ran);
    timer.cancel();
  }

  @Test
  default void execute_keepsTheOrder() {
    List<Integer> ran = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      lab().store().scheduler().execute(() -> ran.add(number));
    }
    lab().await(() -> ran.size() == 100);
    assertThat(ran).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  default void execute_insideATask_runsAfterIt() {
    Scheduler scheduler = lab().store().scheduler();
    List<String> ran = new CopyOnWriteArrayList<>();
    scheduler.execute(
        () -> {
          scheduler.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    lab().await(() -> ran.size() == 2);
    assertThat(ran).containsExactly("outer", "inner");
  }

  @Test
  default void everything_runsOnOneThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Scheduler scheduler = lab().store().scheduler();
    CompletableFuture<Void> done = new CompletableFuture<>();
    scheduler.execute(
        () -> {
          threads.add(Thread.currentThread());
          CompletableFuture<?> unused =
              lab()
                  .store()
                  .range(RangeRequest.key(lab().key("a")))
                  .thenRun(() -> threads.add(Thread.currentThread()))
                  .thenRun(
                      () ->
                          scheduler.schedule(
                              Duration.ofMillis(1),
                              () -> {
                                threads.add(Thread.currentThread());
                                done.complete(null);
                              }));
        });
    lab().await(done);
    assertThat(threads).hasSize(1);
  }
}
