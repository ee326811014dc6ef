package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Permits: a hold stands at least from its first guarded write to its last. At no revision may the
 * permits of all that stand be more than the maximum.
 */
public final class PermitRule implements Rule {

  private final long maximum;
  private final String permits;

  /** Knows the maximum, and the name under which a write says how many are held. */
  public PermitRule(long maximum, String permits) {
    this.maximum = maximum;
    this.permits = permits;
  }

  /** One hold, as its writes show it. */
  private record Span(long first, long last, long permits, Operation write) {

    Span and(Span other) {
      return new Span(Math.min(first, other.first), Math.max(last, other.last), permits, write);
    }
  }

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Map<Long, Span> spans = new HashMap<>();
    for (Operation write : history) {
      if (write.is("write") && write.isOk()) {
        long at = write.revision();
        spans.merge(
            write.asked(Operation.TOKEN), new Span(at, at, write.asked(permits), write), Span::and);
      }
    }
    verdict.count("grants", spans.size());
    TreeMap<Long, List<Span>> begins = new TreeMap<>();
    spans
        .values()
        .forEach(span -> begins.computeIfAbsent(span.first, at -> new ArrayList<>()).add(span));
    List<Span> standing = new ArrayList<>();
    begins.forEach(
        (revision, beginning) -> {
          standing.removeIf(span -> span.last < revision);
          standing.addAll(beginning);
          long held = standing.stream().mapToLong(Span::permits).sum();
          if (held > maximum) {
            verdict.broken(
                held + " permits of " + maximum + " were held at revision " + revision,
                standing.toArray());
          }
        });
  }
}
