package io.coord.benchmarks;

import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs cases by name. */
public final class BenchRunner {

  /** How results are printed. */
  public enum Format {
    /** One JSON object a line. */
    JSON,
    /** A table for a person. */
    TABLE
  }

  private final List<BenchCase> cases;
  private final Connector connector;

  /** Knows these cases, and connects in this way. */
  public BenchRunner(List<BenchCase> cases, Connector connector) {
    this.cases = List.copyOf(cases);
    this.connector = connector;
  }

  /** Every case, one line each. */
  public String list() {
    int width = cases.stream().mapToInt(known -> known.name().length()).max().orElse(0);
    return cases.stream()
        .map(known -> String.format("  %-" + width + "s  %s", known.name(), known.summary()))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Checks that a case can be run with these options.
   *
   * @throws IllegalArgumentException when the case is not known, or does not know a flag that was
   *     given; the message is for the user
   */
  public void check(String name, BenchOptions options) {
    requireKnown(find(name), options.given());
  }

  /**
   * Runs a case.
   *
   * @param out receives the results
   * @param progress receives what a person may want to know meanwhile
   * @return how many violations were found
   * @throws IllegalArgumentException as {@link #check} does
   * @throws BenchException when it could not be measured; the message is for the user
   */
  public long run(
      String name, BenchOptions options, Format format, PrintWriter out, PrintWriter progress)
      throws InterruptedException {
    check(name, options);
    try (BenchRun run = new BenchRun(options, connector, printer(format, out), progress)) {
      find(name).run(run);
      return run.violations();
    }
  }

  private static Consumer<Measurement> printer(Format format, PrintWriter out) {
    return switch (format) {
      case JSON -> new JsonPrinter(out);
      case TABLE -> new TablePrinter(out);
    };
  }

  private BenchCase find(String name) {
    return cases.stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown case '" + name + "'; expected one of:\n" + list()));
  }

  private static void requireKnown(BenchCase chosen, Set<Flag> given) {
    Set<Flag> unknown = EnumSet.noneOf(Flag.class);
    unknown.addAll(given);
    unknown.removeAll(chosen.flags());
    if (unknown.isEmpty()) {
      return;
    }
    String ownCluster =
        unknown.contains(Flag.ENDPOINTS)
            ? " (it starts a cluster of its own: leave out the variable COORD_ENDPOINTS, too)"
            : "";
    throw new IllegalArgumentException(
        "case "
            + chosen.name()
            + " does not know "
            + options(unknown)
            + "; it knows "
            + options(chosen.flags())
            + ownCluster);
  }

  private static String options(Set<Flag> flags) {
    return flags.stream().sorted().map(Flag::option).collect(Collectors.joining(", "));
  }
}
