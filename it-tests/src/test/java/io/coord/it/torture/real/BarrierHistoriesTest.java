package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.Story.Told;
import io.coord.it.torture.real.history.Outcome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of barriers and latches: what is wrong is found, and what is right is not. */
final class BarrierHistoriesTest {

  private static final Map<String, ?> NOTHING = Map.of();
  private static final Map<String, ?> PASSED = Map.of("passed", true);
  private static final Map<String, ?> LATCH = Map.of("latch", "l", "by", 1);

  @TempDir private Path folder;
  private Story story;

  @BeforeEach
  void begin() {
    story = new Story(folder);
  }

  @Test
  void barrier_passedWhileHeld_isFound() {
    story
        .actor("c0.0", "barrier-0")
        .ok("hold", NOTHING, NOTHING)
        .mark(3)
        .mark(9)
        .ok("release", NOTHING, NOTHING)
        .mark(10);
    story.actor("c1.0", "barrier-0").mark(4).ok("await", NOTHING, PASSED).mark(8);

    assertThat(story.violations()).singleElement().asString().contains("passed a barrier");
  }

  @Test
  void barrier_passedWhenItMayHaveBeenReleased_isFine() {
    story
        .actor("c0.0", "barrier-0")
        .ok("hold", NOTHING, NOTHING)
        .mark(3)
        .mark(7)
        .ok("release", NOTHING, NOTHING)
        .mark(10);
    story.actor("c1.0", "barrier-0").mark(4).ok("await", NOTHING, PASSED).mark(8);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void latch_openBeforeItWasAtZero_isFound() {
    story
        .actor("c0.0", "latch-0")
        .ok("add", LATCH, Map.of("count", 1))
        .mark(3)
        .mark(9)
        .ok("down", LATCH, Map.of("count", 0));
    story.actor("c1.0", "latch-1").mark(4).ok("await", LATCH, PASSED).mark(8);

    assertThat(story.violations()).singleElement().asString().contains("before it was at zero");
  }

  @Test
  void latch_thatCountsAChangeTwice_isFound() {
    story.actor("c0.0", "latch-0").ok("add", LATCH, Map.of("count", 1));
    story.actor("end", "latch-0").ok("final", LATCH, Map.of("count", 2));

    assertThat(story.violations()).singleElement().asString().contains("expected 1 to 1");
  }

  @Test
  void latch_withChangesOfUnknownOutcome_mayCountThemOrNot() {
    story
        .actor("c0.0", "latch-0")
        .ended("add", LATCH, Outcome.UNKNOWN, NOTHING)
        .ok("add", LATCH, Map.of("count", 2));
    story.actor("end", "latch-0").ok("final", LATCH, Map.of("count", 1));
    story.actor("end", "latch-1").ok("final", LATCH, Map.of("count", 2));

    assertThat(story.violations()).isEmpty();
  }

  private Told enters(String client, long come, long inside) {
    return story
        .actor(client, "dbarrier-0")
        .ok("come", NOTHING, Map.of("revision", come))
        .ok("enter", NOTHING, Map.of("in", true))
        .mark(inside);
  }

  private static void leaves(Told member, long stay, long out) {
    member
        .ok("stay", NOTHING, Map.of("revision", stay))
        .ok("leave", NOTHING, Map.of("all", true))
        .mark(out);
  }

  @Test
  void doubleBarrier_enteredAndLeftTogether_isFine() {
    leaves(enters("c0.0", 3, 5), 7, 10);
    leaves(enters("c1.0", 4, 6), 8, 9);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void doubleBarrier_letInAlone_isFound() {
    leaves(enters("c0.0", 3, 5), 7, 20);
    leaves(enters("c1.0", 6, 10), 11, 21);

    assertThat(story.violations()).singleElement().asString().contains("before 2 were there");
  }

  @Test
  void doubleBarrier_letOutBeforeAllHadLeft_isFound() {
    leaves(enters("c0.0", 3, 5), 7, 8);
    leaves(enters("c1.0", 4, 6), 9, 11);

    assertThat(story.violations()).singleElement().asString().contains("while another stayed");
  }

  @Test
  void doubleBarrier_otherMemberWithALostSession_mayBeLeftBehind() {
    leaves(enters("c0.0", 3, 5), 7, 8);
    enters("c1.0", 4, 6)
        .ended("stay", NOTHING, Outcome.FAILED, NOTHING)
        .ok("leave", NOTHING, Map.of("all", true))
        .mark(11);

    assertThat(story.violations()).isEmpty();
  }
}
