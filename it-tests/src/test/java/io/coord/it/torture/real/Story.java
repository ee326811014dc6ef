package io.coord.it.torture.real;

import io.coord.it.torture.real.check.Checker;
import io.coord.it.torture.real.check.Verdict;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.HistoryReader;
import io.coord.it.torture.real.history.HistoryWriter;
import io.coord.it.torture.real.history.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Histories written by hand, and what the checker says of them. */
final class Story {

  static final int CLIENTS = 3;

  private final Path folder;
  private final List<String> killed = new ArrayList<>();

  Story(Path folder) {
    this.folder = folder;
  }

  /** An actor, in a file of its own. */
  Told actor(String client, String worker) {
    return new Told(HistoryWriter.open(folder, new Actor(client, worker)));
  }

  Story killed(String client) {
    killed.add(client);
    return this;
  }

  /** All that the checker finds. */
  List<String> violations() {
    return new Checker(new HistoryReader(folder), CLIENTS, killed, operation -> {})
        .check().values().stream().map(Verdict::violations).flatMap(List::stream).toList();
  }

  /** One after the other, what an actor did. */
  record Told(HistoryWriter history) {

    Told ok(String action, Map<String, ?> with, Map<String, ?> got) {
      return ended(action, with, Outcome.OK, got);
    }

    Told ended(String action, Map<String, ?> with, Outcome outcome, Map<String, ?> got) {
      history.end(history.begin(action, with), outcome, got);
      return this;
    }

    Told open(String action, Map<String, ?> with) {
      long unused = history.begin(action, with);
      return this;
    }

    Told mark(long revision) {
      return ok("mark", Map.of(), Map.of("revision", revision));
    }
  }
}
