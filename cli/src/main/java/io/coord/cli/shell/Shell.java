package io.coord.cli.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads actions, a line each, and has them done, until there are no more lines or it is told to
 * quit. An action that takes its time goes on in the background while the next line is read; what
 * is wrong with a line is said, and the next one is read.
 */
public final class Shell {

  /** Long enough for an answer that comes at once to stand before the next prompt. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private static final List<String> END = List.of("quit", "exit");
  private static final String HELP = "help";

  private final Dialogue dialogue;
  private final Map<String, Action> actions = new LinkedHashMap<>();

  public Shell(Dialogue dialogue, List<Action> actions) {
    this.dialogue = dialogue;
    actions.forEach(action -> this.actions.put(action.name(), action));
  }

  /** Why it stopped reading. */
  public enum End {
    TOLD_TO_QUIT,
    END_OF_INPUT
  }

  /** Runs until it is told to quit, or there is nothing more to read. */
  public End run() throws InterruptedException {
    dialogue.offer(names());
    dialogue.say("actions: " + String.join(", ", names()));
    Optional<String> line = dialogue.read();
    while (line.isPresent() && !END.contains(line.get().strip())) {
      try {
        perform(Words.of(line.get()));
      } catch (IllegalArgumentException e) {
        dialogue.say(FailureText.of(e));
      }
      line = dialogue.read();
    }
    return line.isPresent() ? End.TOLD_TO_QUIT : End.END_OF_INPUT;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(actions.keySet());
    names.add(HELP);
    names.addAll(END);
    return names;
  }

  private void perform(List<String> words) throws InterruptedException {
    if (words.isEmpty()) {
      return;
    }
    String name = words.get(0);
    List<String> arguments = words.subList(1, words.size());
    Action action = actions.get(name);
    if (action != null && action.accepts(arguments.size())) {
      perform(action, arguments);
    } else if (action != null) {
      dialogue.say(
          "wrong number of arguments for " + name + ": " + expected(action, arguments.size()));
    } else if (name.equals(HELP)) {
      help();
    } else if (END.contains(name)) {
      dialogue.say("wrong number of arguments for " + name + ": expected none");
    } else {
      dialogue.say("unknown action '" + name + "'; expected one of " + String.join(", ", names()));
    }
  }

  private static String expected(Action action, int given) {
    String usage = "got " + given + "; expected: " + action.synopsis();
    return given > action.parameters().size() && !action.parameters().isEmpty()
        ? usage + ", with quotes around what has spaces"
        : usage;
  }

  private void help() {
    for (Action action : actions.values()) {
      dialogue.say(String.format("  %-20s %s", action.synopsis(), action.description()));
    }
    dialogue.say(String.format("  %-20s %s", String.join(", ", END), "Ends the program."));
  }

  private void perform(Action action, List<String> arguments) throws InterruptedException {
    CompletionStage<?> done;
    try {
      done = action.body().begin(arguments);
    } catch (RuntimeException e) {
      report(action, e);
      return;
    }
    await(
        done.whenComplete(
            (result, failure) -> {
              if (failure != null) {
                report(action, failure);
              }
            }));
  }

  private void report(Action action, Throwable failure) {
    dialogue.say(action.name() + ": " + FailureText.of(failure));
  }

  private static void await(CompletionStage<?> done) throws InterruptedException {
    try {
      Object unused = done.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | CompletionException e) {
      // It has been reported.
    } catch (TimeoutException e) {
      // It goes on in the background.
    }
  }
}
