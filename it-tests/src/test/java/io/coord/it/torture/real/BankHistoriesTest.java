package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.real.Story.Told;
import io.coord.it.torture.real.client.StmWork;
import io.coord.it.torture.real.history.Outcome;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of transfers: what is wrong is found, and what is right is not. */
final class BankHistoriesTest {

  private static final String A = StmWork.ACCOUNTS.get(0);
  private static final String B = StmWork.ACCOUNTS.get(1);
  private static final String BEGIN = "100@nobody";

  @TempDir private Path folder;
  private Story story;
  private Told teller;

  @BeforeEach
  void begin() {
    story = new Story(folder);
    teller = story.actor("c0.0", "stm-0");
  }

  private static Map<String, ?> moved(
      long revision, int position, Map<String, String> read, Map<String, String> wrote) {
    return Map.of("revision", revision, "position", position, "read", read, "wrote", wrote);
  }

  private static Map<String, ?> name(String name) {
    return Map.of("name", name);
  }

  private void snapshot(long revision, String ofA, String ofB) {
    Map<String, String> read = new TreeMap<>();
    StmWork.ACCOUNTS.forEach(account -> read.put(account, BEGIN));
    read.put(A, ofA);
    read.put(B, ofB);
    story
        .actor("c2.0", "stm-2")
        .ok("snapshot", Map.of(), Map.of("seen-at", revision, "read", read));
  }

  private void first() {
    teller.ok(
        "transfer",
        name("x"),
        moved(5, 0, Map.of(A, BEGIN, B, BEGIN), Map.of(A, "50@x", B, "150@x")));
  }

  @Test
  void transfers_eachReadingWhatTheLastOneWrote_areFine() {
    first();
    teller.ok(
        "transfer",
        name("y"),
        moved(5, 1, Map.of(A, "50@x", B, "150@x"), Map.of(A, "125@y", B, "75@y")));
    snapshot(6, "125@y", "75@y");

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void snapshot_withAnotherSum_isFound() {
    first();
    snapshot(6, "50@x", BEGIN);

    assertThat(story.violations()).anySatisfy(text -> assertThat(text).contains("sum is 450"));
  }

  @Test
  void snapshot_ofAnOlderState_isFound() {
    first();
    snapshot(6, BEGIN, BEGIN);

    assertThat(story.violations()).isNotEmpty();
  }

  @Test
  void update_thatIsLost_isFound() {
    first();
    story
        .actor("c1.0", "stm-0")
        .ok(
            "transfer",
            name("y"),
            moved(6, 0, Map.of(A, BEGIN, B, BEGIN), Map.of(A, "50@y", B, "150@y")));

    assertThat(story.violations()).anySatisfy(text -> assertThat(text).contains("expected 50@x"));
  }

  @Test
  void transfer_ofUnknownOutcome_mayBeReadByTheNext() {
    teller.ended("transfer", name("x"), Outcome.UNKNOWN, Map.of());
    snapshot(6, "50@x", "150@x");

    assertThat(story.violations()).isEmpty();
  }

  @Test
  void transfer_ofUnknownOutcomeOverwrittenBefore_isFoundWhenItIsReadAgain() {
    teller.ended("transfer", name("x"), Outcome.UNKNOWN, Map.of());
    teller.ok(
        "transfer",
        name("y"),
        moved(6, 0, Map.of(A, "50@x", B, "150@x"), Map.of(A, "125@y", B, "75@y")));
    snapshot(7, "50@x", "150@x");

    assertThat(story.violations()).isNotEmpty();
  }

  @Test
  void transfer_thatFailed_isFoundWhenItIsRead() {
    teller.ended("transfer", name("x"), Outcome.FAILED, Map.of());
    snapshot(6, "50@x", "150@x");

    assertThat(story.violations()).isNotEmpty();
  }
}
