package io.coord.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** What happened, newest last; the oldest entries are forgotten when there are too many. */
final class History {

  private static final int KEPT = 20_000;
  private static final int LONGEST_LINE = 400;

  private final EventQueue queue;
  private final Deque<Entry> entries = new ArrayDeque<>();

  History(EventQueue queue) {
    this.queue = queue;
  }

  /** The detail is immutable, and rendered only when somebody reads the history. */
  private record Entry(long time, String actor, String action, Object detail) {

    String render() {
      String line =
          String.format(
              Locale.ROOT, "%,15.3f us  %-10s %s %s", time / 1_000.0, actor, action, detail);
      return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...";
    }
  }

  void add(String actor, String action, Object detail) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(queue.now(), actor, action, detail));
  }

  String render() {
    return render(KEPT);
  }

  /** The newest entries, one a line. */
  String render(int newest) {
    List<String> lines = new ArrayList<>();
    int skipped = Math.max(0, entries.size() - newest);
    entries.stream().skip(skipped).forEach(entry -> lines.add(entry.render()));
    return String.join("\n", lines);
  }
}
