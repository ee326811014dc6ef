package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class InFlightLoadTest {

  private final Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
  private final InFlightLoad load =
      new InFlightLoad(
          3,
          slot -> {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          });
  private final Probe probe = new Probe();

  @Test
  void begin_keepsThatManyInFlight() {
    probe.open();
    load.begin(probe);
    assertThat(asked).hasSize(3);

    asked.remove().complete(null);
    assertThat(asked).hasSize(3);
    asked.remove().complete(null);

    assertThat(asked).hasSize(3);
    assertThat(probe.close().ops()).isEqualTo(2);
  }

  @Test
  void answer_failure_breaksTheLoadAndSendsNoMore() throws InterruptedException {
    load.begin(probe);
    asked.remove().completeExceptionally(new IllegalStateException("refused"));

    assertThat(load.broken()).isCompletedExceptionally();
    assertThat(asked).hasSize(2);
    asked.remove().complete(null);
    asked.remove().complete(null);
    assertThat(asked).isEmpty();
    load.end();
  }
}
