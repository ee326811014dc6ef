package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.history.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must never be in any history: hangs, strange errors, what is left behind. */
final class LifeHistoriesTest {

  private static final Map<String, ?> NOTHING = Map.of();

  @TempDir private Path folder;
  private Story story;

  @BeforeEach
  void begin() {
    story = new Story(folder);
  }

  @Test
  void operation_thatNeverEnds_isFound() {
    story.actor("c0.0", "mutex-0").open("lock", NOTHING);

    assertThat(story.violations()).singleElement().asString().contains("hung");
  }

  @Test
  void operation_ofAClientThatWasKilled_mayNeverEnd() {
    story.killed("c0.0").actor("c0.0", "mutex-0").open("lock", NOTHING);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void history_whoseLastLineIsTorn_isReadUpToThere() throws IOException {
    story.killed("c0.0").actor("c0.0", "mutex-0").open("lock", NOTHING);
    Files.writeString(
        folder.resolve("c0.0").resolve("mutex-0.jsonl"),
        "{\"op\":1,\"at\":12,\"en",
        StandardOpenOption.APPEND);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void worker_thatHangs_isFound() {
    story
        .actor("c0.0", "session-0")
        .ok("stuck", NOTHING, Map.of("worker", "mutex-0", "stack", "somewhere"));

    assertThat(story.violations()).singleElement().asString().contains("a worker hung");
  }

  @Test
  void error_thatNobodyMayThrow_isFound() {
    story
        .actor("c0.0", "latch-0")
        .ended("down", NOTHING, Outcome.BROKEN, Map.of("error", "IllegalStateException"));

    assertThat(story.violations()).singleElement().asString().contains("never should be");
  }

  @Test
  void refusal_ofWhatIsAllowed_isFound() {
    story
        .actor("c0.0", "mutex-0")
        .ended("lock", NOTHING, Outcome.FAILED, Map.of("error", "CompactedException"));

    assertThat(story.violations()).singleElement().asString().contains("as it never should");
  }

  @Test
  void loss_ofASession_isNoViolation() {
    story
        .actor("c0.0", "mutex-0")
        .ended("lock", NOTHING, Outcome.FAILED, Map.of("error", "SessionLostException"));

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void leftovers_ofAnyKind_areFound() {
    story
        .actor("end", "end-0")
        .ok("left key", NOTHING, Map.of("key", "torture/mutex/1"))
        .ok("left lease", NOTHING, Map.of("id", "1"))
        .ok("not ended", NOTHING, Map.of("client", "c0.0"))
        .ok("hung", NOTHING, Map.of("client", "c0.0", "worker", "mutex-0"));

    assertThat(story.violations()).hasSize(4);
  }
}
