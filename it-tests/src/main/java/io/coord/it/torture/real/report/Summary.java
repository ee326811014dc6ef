package io.coord.it.torture.real.report;

import io.coord.it.torture.real.check.Verdict;
import io.coord.it.torture.real.fault.FaultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells in lines for people what happened, and what was found. */
public final class Summary {

  private static final int SHOWN = 20;

  private Summary() {}

  /** Gives the lines. */
  public static List<String> of(
      RunRecord run, Rates rates, List<FaultRecord> faults, Map<String, Verdict> verdicts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d members, %d clients, seed %d, %d s of faults; the longest operation took %.1f s",
            run.nodes(),
            run.clients(),
            run.seed(),
            rates.perSecond().size(),
            rates.longest().toMillis() / 1e3));
    lines.add("faults: " + counted(faults));
    verdicts.forEach((primitive, verdict) -> lines.add(line(primitive, verdict)));
    List<String> broken =
        verdicts.entrySet().stream()
            .flatMap(
                entry -> entry.getValue().violations().stream().map(v -> entry.getKey() + ": " + v))
            .toList();
    broken.stream().limit(SHOWN).forEach(violation -> lines.add("VIOLATION " + violation));
    lines.add(broken.isEmpty() ? "no violation" : broken.size() + " violations");
    return lines;
  }

  private static String counted(List<FaultRecord> faults) {
    return faults.stream()
        .collect(Collectors.groupingBy(FaultRecord::kind, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String line(String primitive, Verdict verdict) {
    Function<Map.Entry<String, Long>, String> fact = e -> e.getValue() + " " + e.getKey();
    return String.format(
        Locale.ROOT,
        "%-10s %s",
        primitive,
        verdict.facts().entrySet().stream().map(fact).collect(Collectors.joining(", ")));
  }
}
