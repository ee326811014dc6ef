package io.coord.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How long a command waits for its turn in a line. */
final class TimeoutOption {

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long to wait for it; 0 for not at all; default without end.")
  private Optional<Duration> timeout = Optional.empty();

  /** What was given; empty for without end. */
  Optional<Duration> given() {
    return timeout;
  }
}
