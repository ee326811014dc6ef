package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdClusterException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a running command has written.
 *
 * @param name the command, for messages
 * @param output its lines on standard output
 * @param errors its lines on standard error
 */
public record CommandOutput(String name, LineBuffer output, LineBuffer errors) {

  /** Nothing yet. */
  public static CommandOutput of(String name) {
    return new CommandOutput(name, new LineBuffer(), new LineBuffer());
  }

  /** Gives the lines on standard output so far. */
  public List<String> lines() {
    return output.lines();
  }

  /** Waits for a line on standard output. */
  public String awaitLine(Predicate<String> condition, Duration limit) {
    return output
        .await(condition, limit)
        .orElseThrow(
            () ->
                new EtcdClusterException(
                    "\"%s\" has not written such a line within %s but: %s, errors: %s"
                        .formatted(name, limit, output.lines(), errors.lines())));
  }
}
