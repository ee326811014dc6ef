package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.Story.Told;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of locks, permits and elections: what is wrong is found, and what is right is not. */
final class HoldHistoriesTest {

  @TempDir private Path folder;
  private Story story;

  @BeforeEach
  void begin() {
    story = new Story(folder);
  }

  private static void grant(Told actor, String action, long token) {
    actor.ok(action, Map.of(), Map.of("token", token));
  }

  private static void write(Told actor, Map<String, ?> with, long revision) {
    actor.ok("write", with, Map.of("revision", revision));
  }

  private static Map<String, ?> of(long token) {
    return Map.of("token", token);
  }

  @Test
  void mutex_heldOneAfterTheOther_isFine() {
    Told first = story.actor("c0.0", "mutex-0");
    Told second = story.actor("c1.0", "mutex-0");
    grant(first, "lock", 3);
    grant(second, "lock", 4);
    write(first, of(3), 5);
    write(first, of(3), 6);
    write(second, of(4), 8);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void mutex_writeOfAnEarlierHoldAfterALaterOne_isFound() {
    Told first = story.actor("c0.0", "mutex-0");
    Told second = story.actor("c1.0", "mutex-0");
    grant(first, "lock", 3);
    grant(second, "lock", 4);
    write(first, of(3), 5);
    write(second, of(4), 6);
    write(first, of(3), 7);

    assertThat(story.violations()).singleElement().asString().contains("after a later one");
  }

  @Test
  void mutex_oneTokenForTwo_isFound() {
    grant(story.actor("c0.0", "mutex-0"), "lock", 3);
    grant(story.actor("c1.0", "mutex-0"), "lock", 3);

    assertThat(story.violations()).singleElement().asString().contains("given twice");
  }

  @Test
  void election_proclamationAfterALaterLeaderBegan_isFound() {
    Told first = story.actor("c0.0", "election-0");
    Told second = story.actor("c1.0", "election-0");
    grant(first, "campaign", 3);
    grant(second, "campaign", 4);
    write(second, of(4), 6);
    first.ok("proclaim", of(3), Map.of("revision", 7));

    assertThat(story.violations()).singleElement().asString().contains("after a later one");
  }

  @Test
  void rwmutex_readersBesideEachOther_areFine() {
    Told first = story.actor("c0.0", "rwmutex-0");
    Told second = story.actor("c1.0", "rwmutex-0");
    write(first, Map.of("token", 3, "side", "read"), 5);
    write(second, Map.of("token", 4, "side", "read"), 6);
    write(first, Map.of("token", 3, "side", "read"), 7);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void rwmutex_readerAfterALaterWriterBegan_isFound() {
    Told reader = story.actor("c0.0", "rwmutex-0");
    Told writer = story.actor("c1.0", "rwmutex-0");
    write(reader, Map.of("token", 3, "side", "read"), 5);
    write(writer, Map.of("token", 4, "side", "write"), 6);
    write(reader, Map.of("token", 3, "side", "read"), 7);

    assertThat(story.violations()).singleElement().asString().contains("after a later one");
  }

  @Test
  void rwmutex_writerAfterALaterReaderBegan_isFound() {
    Told reader = story.actor("c0.0", "rwmutex-0");
    Told writer = story.actor("c1.0", "rwmutex-0");
    write(writer, Map.of("token", 3, "side", "write"), 5);
    write(reader, Map.of("token", 4, "side", "read"), 6);
    write(writer, Map.of("token", 3, "side", "write"), 7);

    assertThat(story.violations()).singleElement().asString().contains("after a later one");
  }

  @Test
  void semaphore_asManyAsThereAre_isFine() {
    Told first = story.actor("c0.0", "semaphore-0");
    Told second = story.actor("c1.0", "semaphore-0");
    Told third = story.actor("c2.0", "semaphore-0");
    write(first, Map.of("token", 3, "permits", 3), 5);
    write(second, Map.of("token", 4, "permits", 2), 6);
    write(first, Map.of("token", 3, "permits", 3), 7);
    write(third, Map.of("token", 5, "permits", 3), 8);
    write(second, Map.of("token", 4, "permits", 2), 9);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void semaphore_moreThanThereAre_isFound() {
    Told first = story.actor("c0.0", "semaphore-0");
    Told second = story.actor("c1.0", "semaphore-0");
    write(first, Map.of("token", 3, "permits", 3), 5);
    write(second, Map.of("token", 4, "permits", 3), 6);
    write(first, Map.of("token", 3, "permits", 3), 7);

    assertThat(story.violations()).singleElement().asString().startsWith("6 permits of 5");
  }

  @Test
  void observer_thatGoesBackToAnOlderLeader_isFound() {
    story
        .actor("c0.0", "observer-0")
        .ok("seen", Map.of(), Map.of("seen-at", 5, "token", 5, "value", "b"))
        .ok("seen", Map.of(), Map.of("seen-at", 6))
        .ok("seen", Map.of(), Map.of("seen-at", 7, "token", 4, "value", "a"));

    assertThat(story.violations()).singleElement().asString().contains("older leader");
  }

  @Test
  void observer_whoseRevisionDoesNotRise_isFound() {
    story
        .actor("c0.0", "observer-0")
        .ok("seen", Map.of(), Map.of("seen-at", 5))
        .ok("seen", Map.of(), Map.of("seen-at", 5));

    assertThat(story.violations()).singleElement().asString().contains("did not rise");
  }

  @Test
  void observer_killedWhileItWroteDownWhatItSaw_isNoViolation() {
    story
        .killed("c0.0")
        .actor("c0.0", "observer-0")
        .ok("seen", Map.of(), Map.of("seen-at", 5))
        .open("seen", Map.of());

    assertThat(story.violations()).isEmpty();
  }
}
