package io.coord.cli.tour;

import io.coord.barriers.BarrierMembers;
import io.coord.barriers.DoubleBarrierView;
import io.coord.core.Coord;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Processes that begin together, and end together. */
final class DoubleBarrierTour {

  private static final int PROCESSES = 3;
  private static final Pattern ENTERED = Pattern.compile(".* enter");
  private static final Pattern LEFT = Pattern.compile(".* leave");

  private final List<String> connection;
  private final String name;
  private final DoubleBarrierView view;
  private final Consumer<String> out;

  DoubleBarrierTour(Coord coord, List<String> connection, String name, Consumer<String> out) {
    this.connection = connection;
    this.name = name;
    this.view = DoubleBarrierView.of(coord, name);
    this.out = out;
  }

  /**
   * Gives the tour.
   *
   * @throws IllegalStateException when something is not as promised
   */
  void run() throws InterruptedException {
    out.accept("double barrier " + name + ": " + PROCESSES + " processes enter it");
    try (Children children = new Children(connection)) {
      for (int i = 1; i <= PROCESSES; i++) {
        children.start("member-" + i, LEFT, "dbarrier", name, "--count=" + PROCESSES);
      }
      ChildProgram last = children.all().get(PROCESSES - 1);
      List<ChildProgram> others = children.all().subList(0, PROCESSES - 1);
      others.forEach(member -> member.tell("enter"));
      awaitMembers(0, PROCESSES - 1);
      out.accept(others.size() + " wait");
      last.tell("enter");
      awaitMembers(PROCESSES, 0);
      out.accept(last + " enters, and all are in");
      others.forEach(member -> member.tell("leave"));
      awaitMembers(1, 0);
      out.accept(others.size() + " want to leave, and wait");
      last.tell("leave");
      for (ChildProgram member : children.all()) {
        member.awaitExpected();
      }
      out.accept(last + " leaves, and all have left");
      for (ChildProgram member : children.all()) {
        endAfterOneRound(member);
      }
    }
    awaitMembers(0, 0);
  }

  private static void endAfterOneRound(ChildProgram member) throws InterruptedException {
    member.tell("quit");
    List<String> said = member.awaitEnd();
    if (said.stream().filter(line -> ENTERED.matcher(line).matches()).count() != 1) {
      throw new IllegalStateException(member + " did not enter once: " + said);
    }
  }

  private void awaitMembers(int in, int entering) throws InterruptedException {
    Looking.until(
        () -> {
          BarrierMembers members = view.members();
          return members.in().size() == in && members.entering().size() == entering;
        },
        "there were not " + in + " members in " + name + " and " + entering + " entering");
  }
}
