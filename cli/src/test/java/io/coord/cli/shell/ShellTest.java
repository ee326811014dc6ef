package io.coord.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ShellTest {

  private final List<List<String>> done = new ArrayList<>();
  private final CompletableFuture<String> pending = new CompletableFuture<>();

  private CompletionStage<?> note(List<String> arguments) {
    done.add(arguments);
    return CompletableFuture.completedFuture("");
  }

  /** What the shell says to these lines, after its greeting. */
  private List<String> say(String... lines) throws InterruptedException {
    StringWriter out = new StringWriter();
    String input = String.join("\n", lines);
    try (Dialogue dialogue =
        Dialogue.onStreams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out))) {
      new Shell(
              dialogue,
              List.of(
                  new Action("put", List.of("VALUE"), "Puts.", this::note),
                  new Action("take", List.of("[VALUE]"), "Takes.", this::note),
                  new Action("wait", List.of(), "Waits.", arguments -> pending),
                  new Action(
                      "end",
                      List.of(),
                      "Ends what waits.",
                      arguments -> {
                        pending.completeExceptionally(new IllegalStateException("it is over"));
                        return pending.exceptionally(failure -> "");
                      }),
                  new Action(
                      "refuse",
                      List.of(),
                      "Refuses.",
                      arguments -> {
                        throw new IllegalStateException("not now");
                      })))
          .run();
    }
    List<String> said = out.toString().lines().toList();
    assertThat(said.get(0)).isEqualTo("actions: put, take, wait, end, refuse, help, quit, exit");
    return said.subList(1, said.size());
  }

  @Test
  void run_argumentsWithinTheBounds_areHandedOn() throws InterruptedException {
    assertThat(say("put a", "take", "  take   b ", "", "put 'a b'")).isEmpty();

    assertThat(done).containsExactly(List.of("a"), List.of(), List.of("b"), List.of("a b"));
  }

  @Test
  void run_wrongNumberOfArguments_saysWhatIsRightAndGoesOn() throws InterruptedException {
    assertThat(say("put", "take a b", "wait x", "put a"))
        .satisfiesExactly(
            line -> assertThat(line).contains("put", "got 0", "expected: put VALUE"),
            line -> assertThat(line).contains("take", "got 2", "take [VALUE]", "quotes"),
            line ->
                assertThat(line).contains("wait", "got 1", "expected: wait").doesNotContain("["));
    assertThat(done).containsExactly(List.of("a"));
  }

  @Test
  void run_unknownAction_namesTheKnownAndGoesOn() throws InterruptedException {
    assertThat(say("fly", "put a"))
        .singleElement()
        .asString()
        .contains("'fly'", "put, take", "quit");
    assertThat(done).hasSize(1);
  }

  @Test
  void run_openQuote_saysWhereAndGoesOn() throws InterruptedException {
    assertThat(say("put \"a", "put a")).singleElement().asString().contains("character 5");
    assertThat(done).hasSize(1);
  }

  @Test
  void run_actionRefuses_saysWhyAndGoesOn() throws InterruptedException {
    assertThat(say("refuse", "put a")).containsExactly("refuse: not now");
    assertThat(done).hasSize(1);
  }

  @Test
  void run_actionTakesItsTime_nextLineIsReadMeanwhile() throws InterruptedException {
    assertThat(say("wait", "put a", "end")).containsExactly("wait: it is over");
    assertThat(done).hasSize(1);
  }

  @Test
  void run_quitOrExit_endsThere() throws InterruptedException {
    assertThat(say("quit", "put a")).isEmpty();
    assertThat(say(" exit ", "put a")).isEmpty();
    assertThat(say("quit now", "put a")).singleElement().asString().contains("quit", "none");
    assertThat(done).hasSize(1);
  }

  @Test
  void run_help_describesEveryAction() throws InterruptedException {
    assertThat(String.join("\n", say("help")))
        .contains("put VALUE", "Puts.", "take [VALUE]", "quit, exit");
  }
}
