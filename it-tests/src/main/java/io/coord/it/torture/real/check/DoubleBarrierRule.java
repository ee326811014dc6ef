package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Members of a double barrier. Whoever is let in was there together with as many as it takes. And
 * whoever is told that all have left, has not left behind one that was in before it began to leave
 * and whose session, as etcd says, lived beyond the moment when it was told.
 */
public final class DoubleBarrierRule implements Rule {

  /** How long the key of one that ended in an unknown way may be there: its lease, and more. */
  private static final long GHOST_NANOS = Duration.ofSeconds(30).toNanos();

  private final int count;

  /** Knows how many members it takes. */
  public DoubleBarrierRule(int count) {
    this.count = count;
  }

  /**
   * A member for once.
   *
   * @param from its key was not there before
   * @param to its key was not there afterwards
   */
  private record Visit(
      Operation enter, Optional<Operation> stay, Optional<Operation> leave, long from, long to) {

    boolean isIn() {
      return enter.isOk() && enter.got().path("in").booleanValue();
    }
  }

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    List<Visit> visits = visits(history);
    for (Visit visit : visits) {
      if (visit.isIn()) {
        verdict.count("members let in", 1);
        entered(visit, visits, verdict);
      }
      if (visit.leave.filter(DoubleBarrierRule::sawAllLeave).isPresent()) {
        verdict.count("members let out", 1);
        left(visit.leave.get(), visits, verdict);
      }
    }
  }

  private static boolean sawAllLeave(Operation leave) {
    return leave.isOk() && leave.got().path("all").booleanValue();
  }

  private void entered(Visit visit, List<Visit> visits, Verdict verdict) {
    long begin = visit.enter.after();
    long end = visit.enter.before();
    List<Visit> meanwhile =
        visits.stream().filter(other -> other.from <= end && other.to >= begin).toList();
    boolean together =
        meanwhile.stream()
            .mapToLong(other -> Math.max(begin, other.from))
            .anyMatch(
                at ->
                    meanwhile.stream().filter(other -> other.from <= at && other.to >= at).count()
                        >= count);
    if (!together) {
      verdict.broken(
          "a member was let in before " + count + " were there",
          visit.enter,
          "beside " + meanwhile.stream().map(other -> other.enter.actor()).toList());
    }
  }

  private static void left(Operation leave, List<Visit> visits, Verdict verdict) {
    for (Visit other : visits) {
      boolean wasIn = other.isIn() && other.enter.before() <= leave.after();
      boolean stayed =
          other.stay.filter(stay -> stay.isOk() && stay.revision() > leave.before()).isPresent();
      if (wasIn && stayed) {
        verdict.broken(
            "a member was told that all had left while another stayed",
            leave,
            other.enter,
            other.stay.orElseThrow());
      }
    }
  }

  private static List<Visit> visits(List<Operation> history) {
    List<Visit> visits = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      Operation enter = history.get(i);
      if (enter.is("enter")) {
        Optional<Operation> stay = next(history, i, "stay");
        Optional<Operation> leave = next(history, i, "leave");
        long to = end(enter, leave, history);
        visits.add(new Visit(enter, stay, leave, enter.after(), to));
      }
    }
    return visits;
  }

  /** The first such operation of the same visit. */
  private static Optional<Operation> next(List<Operation> history, int enter, String action) {
    Actor actor = history.get(enter).actor();
    for (int i = enter + 1; i < history.size(); i++) {
      Operation operation = history.get(i);
      if (!operation.actor().equals(actor) || operation.is("enter")) {
        return Optional.empty();
      }
      if (operation.is(action)) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  private static long end(Operation enter, Optional<Operation> leave, List<Operation> history) {
    boolean in = enter.isOk() && enter.got().path("in").booleanValue();
    if (enter.isOk() && !in) {
      return enter.before();
    }
    if (in && leave.isPresent() && leave.get().isOk()) {
      return leave.get().before();
    }
    long seen = leave.orElse(enter).ended().orElse(leave.orElse(enter).began());
    return history.stream()
        .filter(o -> o.isOk() && o.got().has(Operation.REVISION))
        .filter(o -> o.began() > seen + GHOST_NANOS)
        .mapToLong(Operation::revision)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
