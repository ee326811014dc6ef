package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyValue;
import io.coord.queues.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The queue on the simulated store, where time and the order of things are ours. */
class QueueTest extends QueueScenario {

  @Test
  void poll_afterEnqueues_givesThemInTheOrderOfTheirCommits() {
    etcd.await(queue.enqueueAsync("1"));
    etcd.await(other.enqueueAsync("2"));
    etcd.await(queue.enqueueAsync("3"));

    assertThat(drain(other)).containsExactly("1", "2", "3");
    assertThat(keys("jobs/")).isEmpty();
  }

  @Test
  void enqueueAsync_withoutWaiting_keepsTheOrderOfTheProducer() {
    List<String> expected = new ArrayList<>();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      expected.add("v" + i);
      puts.add(queue.enqueueAsync("v" + i));
    }
    puts.forEach(etcd::await);

    assertThat(drain(other)).isEqualTo(expected);
  }

  @Test
  void enqueueAsync_manyAtOnce_shareTransactions() {
    etcd.await(queue.enqueueAsync("first"));
    long before = etcd.revision();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      puts.add(queue.enqueueAsync("v" + i));
    }
    puts.forEach(etcd::await);

    assertThat(etcd.revision() - before).isBetween(4L, 10L);
  }

  @Test
  void dequeueAsync_manyAtOnce_shareTransactions() {
    for (int i = 0; i < 5; i++) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }
    etcd.await(queue.dequeueAsync());
    long before = etcd.revision();
    List<CompletableFuture<String>> taken = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      taken.add(queue.dequeueAsync());
    }
    taken.forEach(etcd::await);

    assertThat(etcd.revision() - before).isBetween(4L, 20L);
  }

  @Test
  void dequeueAsync_byCallersWhoComeBackAtOnce_goTogetherEachTime() {
    int callers = 8;
    int each = 25;
    Coord direct =
        CoordRuntime.over(CoordRuntime.of(a).config(), etcd.client("direct"), Runnable::run);
    Queue<String> consumed = Queue.of(direct, "jobs");
    for (int i = 0; i < callers * each / 100; i++) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }
    long before = etcd.revision();

    againAndAgain(callers, each, consumed::dequeueAsync);

    // The first goes alone; the last groups lack those who are done.
    assertThat(etcd.revision() - before).isBetween((long) each, each + 5L);
  }

  /** Each caller begins anew as soon as it has been answered. */
  private void againAndAgain(int callers, int each, Supplier<CompletableFuture<?>> operation) {
    int[] done = {0};
    for (int i = 0; i < callers; i++) {
      again(each, operation, done);
    }
    etcd.await(() -> done[0] == callers * each);
  }

  private void again(int left, Supplier<CompletableFuture<?>> operation, int[] done) {
    if (left > 0) {
      CompletableFuture<?> unused =
          operation
              .get()
              .whenComplete(
                  (answer, failure) -> {
                    done[0]++;
                    again(left - 1, operation, done);
                  });
    }
  }

  @Test
  void enqueueAll_severalValues_comeInTogetherAndInOrder() {
    long revision = etcd.await(queue.enqueueAllAsync(List.of("1", "2", "3")));

    assertThat(keys("jobs/")).extracting(KeyValue::modRevision).containsOnly(revision);
    assertThat(drain(other)).containsExactly("1", "2", "3");
  }

  @Test
  void enqueueAll_noneOrTooMany_isRefusedWithTheNumber() {
    assertThatThrownBy(() -> queue.enqueueAllAsync(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 values")
        .hasMessageContaining("1 to 100");
    assertThatThrownBy(() -> queue.enqueueAllAsync(Collections.nCopies(101, "v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101 values");
  }

  @Test
  void dequeue_empty_waitsForTheNextItem() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(Duration.ofMinutes(1));
    assertThat(waiting).isNotDone();

    etcd.await(queue.enqueueAsync("1"));

    assertThat(etcd.await(waiting)).isEqualTo("1");
  }

  @Test
  void dequeue_severalWaiting_areServedInTheOrderOfTheirCalls() {
    CompletableFuture<String> first = other.dequeueAsync();
    CompletableFuture<String> second = other.dequeueAsync();
    etcd.await(queue.enqueueAllAsync(List.of("1", "2")));

    assertThat(etcd.await(first)).isEqualTo("1");
    assertThat(etcd.await(second)).isEqualTo("2");
  }

  @Test
  void poll_empty_givesNothing() {
    assertThat(etcd.await(queue.pollAsync())).isEmpty();
    assertThat(etcd.await(queue.pollAsync(Duration.ZERO))).isEmpty();
  }

  @Test
  void poll_forNoTime_givesWhatIsThere() {
    etcd.await(queue.enqueueAsync("1"));

    assertThat(etcd.await(other.pollAsync(Duration.ZERO))).contains("1");
  }

  @Test
  void poll_untilATime_givesNothingWhenItIsOver() {
    Duration before = etcd.now();

    assertThat(etcd.await(queue.pollAsync(Duration.ofSeconds(3)))).isEmpty();

    assertThat(etcd.now().minus(before)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
  }

  @Test
  void poll_untilATime_givesTheItemThatComesBefore() {
    CompletableFuture<Optional<String>> waiting = other.pollAsync(Duration.ofSeconds(30));
    etcd.runFor(A_MOMENT);
    etcd.await(queue.enqueueAsync("1"));

    assertThat(etcd.await(waiting)).contains("1");
  }

  @Test
  void poll_negativeTimeout_isRefused() {
    assertThatThrownBy(() -> queue.pollAsync(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void poll_afterSomebodyElsesEnqueueWasAnswered_findsIt() {
    for (int i = 0; i < 100; i++) {
      assertThat(etcd.await(other.pollAsync())).isEmpty();
      etcd.await(queue.enqueueAsync("v" + i));
      assertThat(etcd.await(other.pollAsync())).contains("v" + i);
    }
  }

  @Test
  void dequeueAsync_cancelledWhileItWaits_takesNoItemWithIt() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    waiting.cancel(true);
    etcd.await(queue.enqueueAsync("1"));
    etcd.runFor(A_MOMENT);

    assertThat(keys("jobs/")).hasSize(1);
    assertThat(etcd.await(queue.dequeueAsync())).isEqualTo("1");
  }

  @Test
  void dequeueAsync_cancelledAtAnyMoment_takesNoItemWithIt() {
    for (int micros = 0; micros < 12_000; micros += 100) {
      etcd.await(queue.enqueueAsync("v" + micros));
      CompletableFuture<String> waiting = other.dequeueAsync();
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean cancelled = waiting.cancel(true);
      etcd.runFor(A_MOMENT);

      assertThat(keys("jobs/")).as("cancelled after %d us", micros).hasSize(cancelled ? 1 : 0);
      assertThat(drain(queue)).hasSize(cancelled ? 1 : 0);
    }
  }

  @Test
  void dequeueAsync_cancelledWhileItsItemIsTaken_theNextOneGetsIt() {
    etcd.await(queue.enqueueAsync("1"));
    CompletableFuture<String> first = other.dequeueAsync();
    CompletableFuture<String> second = other.dequeueAsync();
    etcd.await(() -> keys("jobs/").isEmpty());
    first.cancel(true);

    assertThat(etcd.await(second)).isEqualTo("1");
  }

  @Test
  void peek_items_givesTheFirstAndLeavesIt() {
    etcd.await(queue.enqueueAllAsync(List.of("1", "2")));

    assertThat(etcd.await(other.peekAsync())).contains("1");
    assertThat(etcd.await(queue.dequeueAsync())).isEqualTo("1");
    assertThat(etcd.await(other.peekAsync())).contains("2");
    assertThat(etcd.await(queue.dequeueAsync())).isEqualTo("2");
    assertThat(etcd.await(other.peekAsync())).isEmpty();
  }

  @Test
  void size_items_countsThem() {
    assertThat(etcd.await(queue.sizeAsync())).isZero();
    for (int i = 0; i < 50; i++) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }

    assertThat(etcd.await(other.sizeAsync())).isEqualTo(5_000);
  }

  @Test
  void dequeue_deepQueue_isReadOnceForManyItemsWithoutSortingAndKeepsTheirOrder() {
    for (int i = 0; i < 4_000; i += 90) {
      int from = i;
      etcd.await(
          queue.enqueueAllAsync(IntStream.range(from, from + 90).mapToObj(n -> "v" + n).toList()));
    }
    List<CompletableFuture<String>> taken = new ArrayList<>();
    for (int i = 0; i < 1_300; i++) {
      taken.add(other.dequeueAsync());
    }
    for (int i = 0; i < 1_300; i++) {
      assertThat(etcd.await(taken.get(i))).isEqualTo("v" + i);
    }

    assertThat(etcd.history().lines().filter(line -> line.contains("b          sends Range")))
        .hasSizeLessThan(8)
        .noneMatch(line -> line.contains("MOD_REVISION"));
  }

  @Test
  void close_withCallsPending_endsThemAndLeavesNoKeyOfItsOwn() {
    CompletableFuture<String> waiting = queue.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.await(queue.enqueueAsync("1"));
    etcd.await(waiting);
    CompletableFuture<String> pending = queue.dequeueAsync();
    CompletableFuture<Optional<String>> timed = queue.pollAsync(Duration.ofDays(1));
    etcd.runFor(A_MOMENT);
    etcd.close(a);
    etcd.runFor(A_MOMENT);

    assertThatThrownBy(() -> etcd.await(pending)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(timed)).isInstanceOf(ClosedException.class);
    assertThat(keys("__coord/queues/")).isEmpty();
    assertThat(etcd.leases()).isEmpty();
    assertThatThrownBy(() -> etcd.await(queue.enqueueAsync("2")))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(queue.dequeueAsync())).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(queue.pollAsync())).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(queue.peekAsync())).isInstanceOf(ClosedException.class);
    assertThat(keys("jobs/")).isEmpty();
  }
}
