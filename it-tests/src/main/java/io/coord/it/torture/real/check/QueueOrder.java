package io.coord.it.torture.real.check;

import io.coord.it.torture.real.client.QueueWork;
import io.coord.it.torture.real.history.Operation;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which items leave. Item b may not leave before item a if a goes first, was in by
 * then, and was still there afterwards: all of it as decided by revisions. Among those of one
 * priority a goes first when it came in first.
 *
 * <p>A poll whose time is over while its item is being taken puts that item back, at the end. So an
 * item counts only if no poll gave up late while it was in the queue.
 */
final class QueueOrder {

  /** From here on a poll of one second has waited for an item that was being taken. */
  private static final long LATE = Duration.ofMillis(1_800).toNanos();

  private final List<Operation> gaveUpLate;
  private final Verdict verdict;

  QueueOrder(List<Operation> history, Verdict verdict) {
    this.verdict = verdict;
    this.gaveUpLate =
        history.stream()
            .filter(o -> o.is("poll") && !o.got().has(QueueWork.VALUE))
            .filter(o -> o.ended().isEmpty() || o.ended().getAsLong() - o.began() > LATE)
            .toList();
  }

  /** An item that was put in and taken, each at a known time. */
  private record Stay(Operation put, Operation taken) {

    long in() {
      return put.revision();
    }

    long priority() {
      return put.asked(QueueWork.PRIORITY);
    }
  }

  void check(Collection<QueueRule.Item> items) {
    List<Stay> stays =
        items.stream()
            .filter(item -> item.put().isOk() && item.taken().size() == 1)
            .map(item -> new Stay(item.put(), item.taken().get(0)))
            .sorted(Comparator.comparingLong(Stay::in))
            .toList();
    List<Long> priorities = stays.stream().map(Stay::priority).distinct().sorted().toList();
    for (long priority : priorities) {
      List<Stay> same = stays.stream().filter(stay -> stay.priority() == priority).toList();
      within(same);
      across(same, stays.stream().filter(stay -> stay.priority() > priority).toList());
    }
    verdict.count("items whose order was checked", stays.size());
  }

  /** Goes from the last that came in to the first, with the one that was out the earliest. */
  private void within(List<Stay> same) {
    long earliestOut = Long.MAX_VALUE;
    Stay earliest = null;
    Stay candidate = null;
    for (int i = same.size() - 1; i >= 0; i--) {
      Stay stay = same.get(i);
      boolean newRevision = i == same.size() - 1 || same.get(i + 1).in() != stay.in();
      if (newRevision && candidate != null && candidate.taken.before() < earliestOut) {
        earliest = candidate;
        earliestOut = candidate.taken.before();
        candidate = null;
      }
      if (earliest != null && earliestOut <= stay.taken.after() && !mayHaveReturned(stay)) {
        broken(stay, earliest);
      }
      if (candidate == null || stay.taken.before() < candidate.taken.before()) {
        candidate = stay;
      }
    }
  }

  /** For each lower one that left: was a higher one there all the while? */
  private void across(List<Stay> higher, List<Stay> lower) {
    List<Stay> byTaking =
        lower.stream().sorted(Comparator.comparingLong(stay -> stay.taken.after())).toList();
    int next = 0;
    Stay longest = null;
    for (Stay stay : byTaking) {
      while (next < higher.size() && higher.get(next).in() <= stay.taken.after()) {
        Stay candidate = higher.get(next++);
        boolean counts = !mayHaveReturned(candidate);
        if (counts && (longest == null || candidate.taken.after() > longest.taken.after())) {
          longest = candidate;
        }
      }
      if (longest != null && longest.taken.after() >= stay.taken.before()) {
        broken(longest, stay);
      }
    }
  }

  private boolean mayHaveReturned(Stay stay) {
    return gaveUpLate.stream()
        .anyMatch(poll -> poll.before() > stay.in() && poll.after() < stay.taken.before());
  }

  private void broken(Stay first, Stay overtaker) {
    verdict.broken(
        "an item was overtaken in the queue",
        first.put,
        first.taken,
        "by",
        overtaker.put,
        overtaker.taken);
  }
}
