package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineBufferTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final LineBuffer buffer = new LineBuffer();

  @Test
  void await_lineIsThere_givesTheFirst() {
    buffer.add("x");
    buffer.add("a1");
    buffer.add("a2");

    assertThat(buffer.await(line -> line.startsWith("a"), LONG)).contains("a1");
  }

  @Test
  void await_lineComesLater_isWoken() {
    CompletableFuture<Optional<String>> waiting =
        CompletableFuture.supplyAsync(() -> buffer.await("late"::equals, LONG));

    buffer.add("early");
    buffer.add("late");

    assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join()).contains("late");
  }

  @Test
  void await_outputEnds_isEmptyAtOnce() {
    buffer.add("x");
    buffer.end();

    assertThat(buffer.await("y"::equals, LONG)).isEmpty();
  }

  @Test
  void await_limitPasses_isEmpty() {
    assertThat(buffer.await("y"::equals, Duration.ofMillis(20))).isEmpty();
  }
}
