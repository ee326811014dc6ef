package io.coord.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PusherTest {

  private static final CompletableFuture<Long> NO_ANSWER =
      CompletableFuture.failedFuture(new UnavailableException("no answer", null));
  private static final CompletableFuture<Long> LOST_ANSWER =
      CompletableFuture.failedFuture(new OutcomeUnknownException("the answer was lost", null));

  /** A queue in which pushes end as it is told. */
  private record Scripted(Queue<CompletableFuture<Long>> ends) implements ValueQueue {

    @Override
    public CompletableFuture<Long> push(Bytes value, int priority) {
      return ends.remove();
    }

    @Override
    public Optional<Taken> take(Optional<Duration> timeout) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static CompletableFuture<Long> in(long revision) {
    return CompletableFuture.completedFuture(revision);
  }

  /** Ends while the first is still under way, so that those behind it are, too. */
  private static long push(List<CompletableFuture<Long>> ends) throws InterruptedException {
    CompletableFuture<Long> first = new CompletableFuture<>();
    Queue<CompletableFuture<Long>> all = new ArrayDeque<>(List.of(first));
    all.addAll(ends);
    Pusher pusher = new Pusher(new Scripted(all), 0);
    return pusher.pushAll(
        () -> {
          if (all.isEmpty()) {
            first.complete(1L);
            return Optional.empty();
          }
          return Optional.of(Bytes.EMPTY);
        });
  }

  @Test
  void pushAll_allIn_givesTheirNumber() throws InterruptedException {
    assertThat(push(LongStream.range(2, 5).mapToObj(PusherTest::in).toList())).isEqualTo(4);
  }

  @Test
  void pushAll_oneFails_saysWhichAndHowManyAroundItAreIn() {
    assertThatThrownBy(() -> push(List.of(NO_ANSWER, in(2), in(3))))
        .hasMessage("value 2 is not in: no answer; 1 before it are, and 2 after it");
  }

  @Test
  void pushAll_answersAreLost_doesNotSayThatTheValuesAreNotIn() {
    assertThatThrownBy(() -> push(List.of(LOST_ANSWER, LOST_ANSWER, in(2), NO_ANSWER)))
        .hasMessage(
            "value 2 may be in, or not: the answer was lost; 1 before it are, and 1 after it, and"
                + " up to 1 more");
  }

  /** Two values, and then an input that cannot be read; the second ends in this way meanwhile. */
  private static long pushTwo(Consumer<CompletableFuture<Long>> end) throws InterruptedException {
    CompletableFuture<Long> second = new CompletableFuture<>();
    Queue<CompletableFuture<Long>> all = new ArrayDeque<>(List.of(in(1), second));
    return new Pusher(new Scripted(all), 0)
        .pushAll(
            () -> {
              if (all.isEmpty()) {
                end.accept(second);
                throw new IllegalStateException("the input cannot be read: it is torn");
              }
              return Optional.of(Bytes.EMPTY);
            });
  }

  @Test
  void pushAll_inputCannotBeReadFurther_saysHowManyAreIn() {
    assertThatThrownBy(() -> pushTwo(second -> second.completeAsync(() -> 2L)))
        .hasMessage("the input cannot be read: it is torn; the 2 values before that are in");
  }

  @Test
  void pushAll_inputCannotBeReadFurtherAndOneFails_saysWhichIsNotIn() {
    assertThatThrownBy(
            () ->
                pushTwo(
                    second ->
                        second.completeExceptionally(new UnavailableException("no answer", null))))
        .hasMessage("value 2 is not in: no answer; 1 before it are");
  }
}
