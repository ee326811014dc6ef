package io.coord.it.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The torture bites: in copies of the library in which a rule of the design is switched off, it
 * finds a violation of the expected kind within the runs that the build can afford; in the library
 * as it is, it finds none.
 */
class SwitchedOffRulesTest {

  private static final int RUNS = 300;
  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final String LINE = "coord-core/src/main/java/io/coord/core/internal/line/";
  private static final String MARKED_TXN =
      "coord-core/src/main/java/io/coord/core/internal/marked/MarkedTxn.java";

  /** What is switched off, where, and what the torture says then. */
  enum Rule {
    RULE_1_WATCH_THEN_READ(
        LINE + "LineWatch.java",
        "            read(effects);\n            for (Duration delay : FreshWatch.LOOK_AGAIN) {",
        "            for (Duration delay : List.<Duration>of()) {",
        "MUTEX",
        "PROGRESS"),
    RULE_3_OWN_KEY_SEEN(
        LINE + "Turns.java",
        "if (checkedAt > 0) {",
        "if (checkedAt >= 0) {",
        "LINE",
        "CHECKED_GRANT"),
    RULE_3_EVERYONE_BEFORE_KNOWN(
        LINE + "LineView.java",
        "return knownThrough >= entry.createRevision();",
        "return true;",
        "MUTEX",
        "CHECKED_GRANT EXCLUSION ORDER"),
    RULE_4_HANDOVER_WITH_THE_RELEASE(
        LINE + "LineState.java",
        "    Successors next = turns.successors(ticket);\n    effects.add(() -> line.sendLeave(",
        "    Successors next = turns.successors(ticket);\n"
            + "    ticket.keysToDelete().forEach(key -> view.deleted(key, view.knownThrough() +"
            + " 1));\n"
            + "    effects.add(() -> line.sendLeave(",
        "MUTEX",
        "CHECKED_GRANT EXCLUSION ORDER"),
    RULE_4_GUARDED_KEY_GONE_FIRST(
        LINE + "LetGo.java",
        "if (ticket.handover == Handover.AT_ONCE) {",
        "if (ticket.handover != null) {",
        "MUTEX",
        "CHECKED_GRANT"),
    RULE_4_ORDER_KNOWN(
        LINE + "Turns.java",
        "if (left-- <= 0 || !view.knowsAllBefore(entry)) {",
        "if (left-- <= 0) {",
        "MUTEX",
        "CHECKED_GRANT EXCLUSION ORDER"),
    RULE_7_JOIN(
        LINE + "Line.java",
        "            sendRaiseFence(ticket);\n          } else {",
        "            step((now, effects) -> now.joinNotApplied(ticket, effects));\n"
            + "          } else {",
        "MUTEX",
        "NO_KEY_LEFT PROGRESS"),
    RULE_7_TRANSACTION(
        MARKED_TXN,
        "      resolve(lost);\n    } else if (failure instanceof LeaseNotFoundException) {",
        "      notCarriedOut(marker.revision());\n"
            + "    } else if (failure instanceof LeaseNotFoundException) {",
        "BANK_SNAPSHOT",
        "ONCE SUM"),
    RULE_7_QUEUE(
        MARKED_TXN,
        "      resolve(lost);\n    } else if (failure instanceof LeaseNotFoundException) {",
        "      notCarriedOut(marker.revision());\n"
            + "    } else if (failure instanceof LeaseNotFoundException) {",
        "QUEUE",
        "ONCE PROGRESS ORDER NO_KEY_LEFT"),
    RULE_7_LATCH(
        MARKED_TXN,
        "      resolve(lost);\n    } else if (failure instanceof LeaseNotFoundException) {",
        "      notCarriedOut(marker.revision());\n"
            + "    } else if (failure instanceof LeaseNotFoundException) {",
        "LATCH",
        "ONCE NAMED_FAILURES PROGRESS"),
    RULE_8_DATED_FROM_THE_SEND(
        "coord-core/src/main/java/io/coord/core/internal/session/LeaseSession.java",
        "change(before -> before.answered(sent, ",
        "change(before -> before.answered(scheduler.nanoTime(), ",
        "SESSION",
        "LOST_IN_TIME"),
    RULE_9_TIMED_OUT(
        LINE + "Wait.java",
        "    decide(() -> whenGone(() -> result.complete(Optional.empty())));",
        "    decide(() -> result.complete(Optional.empty()));",
        "MUTEX",
        "NO_KEY_LEFT PROGRESS"),
    RULE_9_CANCELLED(
        LINE + "Wait.java",
        "          if (ours.isCancelled()) {",
        "          if (!ours.isDone()) {",
        "MUTEX",
        "NO_KEY_LEFT PROGRESS");

    private final String source;
    private final String snippet;
    private final String replacement;
    private final String primitive;
    private final String expected;

    Rule(String source, String snippet, String replacement, String primitive, String expected) {
      this.source = source;
      this.snippet = snippet;
      this.replacement = replacement;
      this.primitive = primitive;
      this.expected = expected;
    }

    Callable<String> hunt(Path folder) {
      return () -> {
        Path own = Files.createDirectories(folder.resolve(name()));
        try (SwitchedOff copy = SwitchedOff.in(Path.of(source), snippet, replacement, own)) {
          return copy.run(Hunt.class, primitive + " " + RUNS);
        }
      };
    }
  }

  private static final Map<Rule, Future<String>> HUNTS = new EnumMap<>(Rule.class);
  private static ExecutorService hunters;

  @BeforeAll
  static void begin(@TempDir Path folder) {
    hunters = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (Rule rule : Rule.values()) {
      HUNTS.put(rule, hunters.submit(rule.hunt(folder)));
    }
  }

  @AfterAll
  static void end() {
    hunters.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void torture_ruleSwitchedOff_findsAViolation(Rule rule) throws Exception {
    String found = HUNTS.get(rule).get(BOUND.toSeconds(), TimeUnit.SECONDS);

    assertThat(found).as("%s, in %s runs of %s", rule, RUNS, rule.primitive).isNotEmpty();
    assertThat(rule.expected.split(" ", -1)).contains(found.substring(0, found.indexOf(' ')));
  }

  @Test
  void torture_nothingSwitchedOff_findsNothing() throws IOException, ReflectiveOperationException {
    try (SwitchedOff copy = SwitchedOff.nothing()) {
      for (String primitive : List.of("MUTEX", "LINE", "SESSION")) {
        assertThat(copy.run(Hunt.class, primitive + " 40")).isEmpty();
      }
    }
  }
}
