package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.Story.Told;
import io.coord.it.torture.real.history.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of queues: what is wrong is found, and what is right is not. */
final class QueueHistoriesTest {

  @TempDir private Path folder;
  private Story story;
  private Told producer;
  private Told consumer;

  @BeforeEach
  void begin() {
    story = new Story(folder);
    producer = story.actor("c0.0", "pqueue-0");
    consumer = story.actor("c1.0", "pqueue-1");
  }

  private void put(String value, int priority, long revision) {
    producer.ok("enqueue", asking(value, priority), Map.of("revision", revision));
  }

  private static Map<String, ?> asking(String value, int priority) {
    return Map.of("values", List.of(value), "priority", priority);
  }

  private static void take(Told by, String value, long thenMarked) {
    by.ok("poll", Map.of(), Map.of("value", value)).mark(thenMarked);
  }

  @Test
  void items_outOnceInOrder_areFine() {
    put("a", 0, 3);
    put("b", 0, 4);
    put("urgent", 0, 9);
    take(consumer, "a", 5);
    take(consumer, "b", 6);
    take(consumer, "urgent", 10);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void item_thatNeverComesOut_isFound() {
    put("a", 0, 3);

    assertThat(story.violations()).singleElement().asString().contains("never came out");
  }

  @Test
  void item_inFlightWhenItsClientWasKilled_mayBeMissing() {
    put("a", 0, 3);
    story.killed("c2.0").actor("c2.0", "pqueue-1").open("poll", Map.of());

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void items_moreMissingThanWereInFlight_areFound() {
    put("a", 0, 3);
    put("b", 0, 4);
    story.killed("c2.0").actor("c2.0", "pqueue-1").open("poll", Map.of());

    assertThat(story.violations()).singleElement().asString().startsWith("2 items");
  }

  @Test
  void item_thatComesOutTwice_isFound() {
    put("a", 0, 3);
    take(consumer, "a", 4);
    take(story.actor("c2.0", "pqueue-1"), "a", 5);

    assertThat(story.violations()).singleElement().asString().contains("twice");
  }

  @Test
  void item_thatNobodyPutIn_isFound() {
    take(consumer, "a", 4);

    assertThat(story.violations()).singleElement().asString().contains("nobody put in");
  }

  @Test
  void item_whoseEnqueueFailed_isFoundWhenItComesOut() {
    producer.ended("enqueue", asking("a", 0), Outcome.FAILED, Map.of());
    take(consumer, "a", 4);

    assertThat(story.violations()).singleElement().asString().contains("enqueue failed");
  }

  @Test
  void item_whoseEnqueueIsUnknown_mayComeOutOrNot() {
    producer.ended("enqueue", asking("a", 0), Outcome.UNKNOWN, Map.of());
    producer.ended("enqueue", asking("b", 0), Outcome.UNKNOWN, Map.of());
    take(consumer, "a", 4);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void item_overtakenByALaterOne_isFound() {
    put("a", 1, 3);
    put("b", 1, 4);
    take(consumer, "b", 5);
    take(consumer, "a", 6);

    assertThat(story.violations()).singleElement().asString().contains("overtaken");
  }

  @Test
  void items_takenAtTheSameTimeByTwo_mayBeToldInAnyOrder() {
    put("a", 1, 3);
    put("b", 1, 4);
    take(story.actor("c2.0", "pqueue-1"), "b", 5);
    take(consumer, "a", 6);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void item_overtakenByALowerPriority_isFound() {
    put("urgent", 0, 3);
    put("rest", 2, 4);
    consumer.mark(4);
    take(consumer, "rest", 5);
    take(consumer, "urgent", 6);

    assertThat(story.violations()).singleElement().asString().contains("overtaken");
  }

  @Test
  void item_thatCameAfterTheTakingBegan_mayBeTakenLater() {
    put("rest", 2, 3);
    put("urgent", 0, 5);
    consumer.mark(4);
    take(consumer, "rest", 6);
    take(consumer, "urgent", 7);

    assertThat(story.violations()).isEmpty();
  }
}
