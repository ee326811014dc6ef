package io.coord.it.torture.real.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was found: broken rules, and numbers that tell how much was looked at. */
public final class Verdict {

  private final List<String> violations = new ArrayList<>();
  private final Map<String, Long> facts = new TreeMap<>();

  /** Adds a broken rule. */
  public void broken(String rule, Object... evidence) {
    StringBuilder text = new StringBuilder(rule);
    for (Object piece : evidence) {
      text.append("\n    ").append(piece);
    }
    violations.add(text.toString());
  }

  /** Adds to a number. */
  public void count(String what, long more) {
    facts.merge(what, more, Long::sum);
  }

  /** The broken rules. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** The numbers by name. */
  public Map<String, Long> facts() {
    return new TreeMap<>(facts);
  }
}
