package io.coord.cli.shell;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Something that a program does when it is told to.
 *
 * @param name the word that it is told by
 * @param parameters what follows it; those in square brackets may be left out
 * @param description what it does
 * @param body does it
 */
public record Action(String name, List<String> parameters, String description, Body body) {

  /** Does what an action is for. */
  @FunctionalInterface
  public interface Body {

    /**
     * Begins it. Does not wait for others: what takes its time goes on in the background.
     *
     * @param arguments as many as the action's parameters allow
     * @return completes when it is done and has been reported; what it fails with is reported by
     *     the shell
     */
    CompletionStage<?> begin(List<String> arguments) throws InterruptedException;
  }

  public Action {
    parameters = List.copyOf(parameters);
  }

  /** How it is used. */
  String synopsis() {
    return parameters.isEmpty() ? name : name + " " + String.join(" ", parameters);
  }

  boolean accepts(int arguments) {
    long required = parameters.stream().filter(parameter -> !parameter.startsWith("[")).count();
    return arguments >= required && arguments <= parameters.size();
  }
}
