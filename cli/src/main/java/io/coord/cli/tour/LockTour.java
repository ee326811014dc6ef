package io.coord.cli.tour;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A lock that passes from process to process. */
final class LockTour {

  private static final int PROCESSES = 3;
  private static final int TURNS = 3;
  private static final Pattern ACQUIRED = Pattern.compile(".* acquired lock\\. .*token: (\\d+)");

  private final Coord coord;
  private final List<String> connection;
  private final String name;
  private final Consumer<String> out;

  LockTour(Coord coord, List<String> connection, String name, Consumer<String> out) {
    this.coord = coord;
    this.connection = connection;
    this.name = name;
    this.out = out;
  }

  /**
   * Gives the tour.
   *
   * @throws IllegalStateException when something is not as promised
   */
  void run() throws InterruptedException {
    out.accept(
        "lock " + name + ": " + PROCESSES + " processes acquire it " + TURNS + " times each");
    NavigableMap<Long, ChildProgram> grants = new TreeMap<>();
    try (Children children = new Children(connection)) {
      startTogether(children);
      for (ChildProgram child : children.all()) {
        addGrants(child, grants);
      }
    }
    grants.forEach((token, child) -> out.accept(child + " held it with token " + token));
    if (grants.size() != PROCESSES * TURNS) {
      throw new IllegalStateException(
          grants.size() + " different tokens; expected " + PROCESSES * TURNS);
    }
    out.accept(grants.size() + " grants, each with a token of its own that rises");
  }

  /** Holds the lock until all stand in line, so that they take turns from the first grant on. */
  private void startTogether(Children children) throws InterruptedException {
    try (Session session = coord.openSession()) {
      Mutex mutex = Mutex.of(session, name);
      LockHold hold = mutex.lock();
      for (int i = 1; i <= PROCESSES; i++) {
        children.start("process-" + i, ACQUIRED, "mutex", name, "--count=" + TURNS, "--hold=100ms");
      }
      Looking.until(
          () -> mutex.queue().waiters().size() == PROCESSES,
          PROCESSES + " processes did not get in line for " + name);
      hold.close();
    }
  }

  private static void addGrants(ChildProgram child, NavigableMap<Long, ChildProgram> grants)
      throws InterruptedException {
    long last = 0;
    for (String line : child.awaitEnd()) {
      Matcher acquired = ACQUIRED.matcher(line);
      if (acquired.matches()) {
        long token = Long.parseLong(acquired.group(1));
        if (token <= last) {
          throw new IllegalStateException(child + " got token " + token + " after " + last);
        }
        last = token;
        grants.put(token, child);
      }
    }
  }
}
