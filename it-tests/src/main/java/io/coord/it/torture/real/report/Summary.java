package io.coord.it.torture.real.report;

import io.coord.it.torture.real.check.LifeRule;
import io.coord.it.torture.real.check.Verdict;
import io.coord.it.torture.real.fault.FaultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells in lines for people what happened, and what was found. */
public final class Summary {

  private static final int SHOWN = 20;
  private static final int WIDTH = 105;
  private static final int INDENT = 11;

  private Summary() {}

  /** Gives the lines. */
  public static List<String> of(
      RunRecord run, Rates rates, List<FaultRecord> faults, Map<String, Verdict> verdicts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d members, %d clients, seed %d, %d s of faults; the longest operation took %s",
            run.nodes(),
            run.clients(),
            run.seed(),
            rates.perSecond().size(),
            rates.longest()));
    lines.addAll(wrapped("faults", counted(faults)));
    verdicts.forEach((primitive, verdict) -> lines.addAll(about(primitive, verdict)));
    List<String> broken =
        verdicts.entrySet().stream()
            .flatMap(
                entry -> entry.getValue().violations().stream().map(v -> entry.getKey() + ": " + v))
            .toList();
    broken.stream().limit(SHOWN).forEach(violation -> lines.add("VIOLATION " + violation));
    lines.add(broken.isEmpty() ? "no violation" : broken.size() + " violations");
    return lines;
  }

  private static List<String> counted(List<FaultRecord> faults) {
    return faults.stream()
        .collect(Collectors.groupingBy(FaultRecord::kind, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .toList();
  }

  private static List<String> about(String primitive, Verdict verdict) {
    List<String> lines = new ArrayList<>(wrapped(primitive, facts(verdict, isError().negate())));
    List<String> errors = facts(verdict, isError());
    if (!errors.isEmpty()) {
      lines.addAll(wrapped("", Stream.concat(Stream.of("failed:"), errors.stream()).toList()));
    }
    return lines;
  }

  /** Puts pieces behind a title, and beneath each other where a line is full. */
  private static List<String> wrapped(String title, List<String> pieces) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-11s", title));
    for (String piece : pieces) {
      if (line.length() + piece.length() >= WIDTH) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(INDENT));
      }
      line.append(piece).append(piece.endsWith(":") ? " " : "; ");
    }
    lines.add(line.toString().replaceAll("; $", "").stripTrailing());
    return lines;
  }

  private static Predicate<String> isError() {
    return name -> name.contains(LifeRule.ENDED_WITH);
  }

  private static List<String> facts(Verdict verdict, Predicate<String> which) {
    return verdict.facts().entrySet().stream()
        .filter(fact -> which.test(fact.getKey()))
        .map(fact -> fact.getValue() + " " + fact.getKey())
        .toList();
  }
}
