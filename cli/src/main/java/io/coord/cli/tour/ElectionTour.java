package io.coord.cli.tour;

import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Candidates in processes of their own. The leader is killed, the next one leads; it resigns. */
final class ElectionTour {

  private static final int CANDIDATES = 3;
  private static final Duration TTL = Duration.ofSeconds(4);

  private final List<String> connection;
  private final String name;
  private final ElectionView<String> view;
  private final Consumer<String> out;

  ElectionTour(Coord coord, List<String> connection, String name, Consumer<String> out) {
    this.connection = connection;
    this.name = name;
    this.view = ElectionView.of(coord, name);
    this.out = out;
  }

  /**
   * Gives the tour.
   *
   * @throws IllegalStateException when something is not as promised
   */
  void run() throws InterruptedException {
    out.accept("election " + name + ": " + CANDIDATES + " processes stand");
    try (Children children = new Children(connection)) {
      for (int i = 1; i <= CANDIDATES; i++) {
        String candidate = "candidate-" + i;
        children.start(
            candidate,
            Pattern.compile(Pattern.quote(candidate)),
            "elect",
            name,
            candidate,
            "--ttl=" + TTL.toSeconds() + "s");
      }
      List<ChildProgram> line = inLine(children);
      Leader<String> first = awaitLeader(line.get(0));
      out.accept(line.get(0) + " leads, token " + first.fencingToken().value());
      line.get(0).kill();
      out.accept(line.get(0) + " is killed; its lease of " + TTL.toSeconds() + " s runs out");
      Leader<String> second = succession(line.get(1), first);
      line.get(1).end();
      out.accept(line.get(1) + " is told to end, and resigns");
      Leader<String> unused = succession(line.get(2), second);
      line.get(2).end();
      line.get(2).awaitExit();
      if (view.leader().isPresent()) {
        throw new IllegalStateException("all have resigned, but etcd says " + view.leader());
      }
    }
  }

  /** The candidates in the order in which they stand, once all do. */
  private List<ChildProgram> inLine(Children children) throws InterruptedException {
    Looking.until(
        () -> view.candidates().size() == CANDIDATES,
        CANDIDATES + " processes did not stand in " + name);
    List<ChildProgram> line = new ArrayList<>();
    for (Contender contender : view.candidates()) {
      for (ChildProgram child : children.all()) {
        if (child.name().equals(contender.value().utf8())) {
          line.add(child);
        }
      }
    }
    return line;
  }

  private Leader<String> succession(ChildProgram next, Leader<String> before)
      throws InterruptedException {
    long begin = System.nanoTime();
    Leader<String> leader = awaitLeader(next);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (leader.fencingToken().compareTo(before.fencingToken()) <= 0) {
      throw new IllegalStateException("the token did not rise: " + before + ", then " + leader);
    }
    out.accept(
        String.format(
            Locale.ROOT,
            "%s leads after %.2f s, token %d",
            next,
            seconds,
            leader.fencingToken().value()));
    return leader;
  }

  /** Waits until a candidate says that it leads; etcd must say so too. */
  private Leader<String> awaitLeader(ChildProgram candidate) throws InterruptedException {
    candidate.awaitExpected();
    Leader<String> leader =
        view.leader().orElseThrow(() -> new IllegalStateException("nobody leads"));
    if (!leader.value().equals(candidate.name())) {
      throw new IllegalStateException(candidate + " believes to lead, but etcd says " + leader);
    }
    return leader;
  }
}
