package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.Story.Told;
import io.coord.it.torture.real.history.Outcome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of work queues: what is wrong is found, and what is right is not. */
final class WorkHistoriesTest {

  private static final Map<String, ?> ITEM = Map.of("item", "a");

  @TempDir private Path folder;
  private Story story;
  private Told consumer;
  private Told other;

  @BeforeEach
  void begin() {
    story = new Story(folder);
    consumer = story.actor("c1.0", "workqueue-1");
    other = story.actor("c2.0", "workqueue-1");
  }

  private void put(Outcome outcome) {
    story.actor("c0.0", "workqueue-0").ended("enqueue", ITEM, outcome, Map.of());
  }

  private static void claim(Told by, int attempt, long token) {
    by.ok("claim", Map.of(), Map.of("item", "a", "attempt", attempt, "token", token));
  }

  private static void ack(Told by, long token, long thenMarked) {
    by.ok("ack", Map.of("item", "a", "token", token), Map.of()).mark(thenMarked);
  }

  private static void effect(Told by, long token, long revision) {
    by.ok("write", Map.of("item", "a", "token", token), Map.of("revision", revision));
  }

  @Test
  void item_redeliveredAndAcknowledgedOnce_isFine() {
    put(Outcome.OK);
    claim(consumer, 1, 3);
    effect(consumer, 3, 4);
    claim(other, 2, 5);
    effect(other, 5, 6);
    ack(other, 5, 7);

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void item_neverAcknowledged_isFound() {
    put(Outcome.OK);
    claim(consumer, 1, 3);

    assertThat(story.violations()).singleElement().asString().contains("it is lost");
  }

  @Test
  void item_acknowledgedTwice_isFound() {
    put(Outcome.OK);
    claim(consumer, 1, 3);
    claim(other, 2, 4);
    ack(other, 4, 6);
    ack(consumer, 3, 7);

    assertThat(story.violations()).singleElement().asString().contains("acknowledged twice");
  }

  @Test
  void item_claimedAfterItWasAcknowledged_isFound() {
    put(Outcome.OK);
    claim(consumer, 1, 3);
    ack(consumer, 3, 5);
    claim(other, 2, 6);

    assertThat(story.violations()).singleElement().asString().contains("had been acknowledged");
  }

  @Test
  void attempt_thatIsNotCounted_isFound() {
    put(Outcome.OK);
    claim(consumer, 1, 3);
    claim(other, 1, 4);
    ack(other, 4, 5);

    assertThat(story.violations()).singleElement().asString().contains("not counted");
  }

  @Test
  void effect_ofAnEarlierClaimAfterALaterOne_isFound() {
    put(Outcome.OK);
    claim(consumer, 1, 3);
    claim(other, 2, 4);
    effect(other, 4, 5);
    effect(consumer, 3, 6);
    ack(other, 4, 7);

    assertThat(story.violations()).singleElement().asString().contains("after a later one");
  }

  @Test
  void item_whoseEnqueueFailed_isFoundWhenItComesOut() {
    put(Outcome.FAILED);
    claim(consumer, 1, 3);
    ack(consumer, 3, 4);

    assertThat(story.violations()).singleElement().asString().contains("enqueue failed");
  }

  @Test
  void item_thatNobodyPutIn_isFound() {
    claim(consumer, 1, 3);

    assertThat(story.violations()).singleElement().asString().contains("nobody put it in");
  }

  @Test
  void items_thatDied_areFound() {
    consumer.ok("left", Map.of(), Map.of("dead", 1));

    assertThat(story.violations()).singleElement().asString().contains("dead");
  }
}
