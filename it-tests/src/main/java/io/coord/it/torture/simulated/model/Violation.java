package io.coord.it.torture.simulated.model;

import org.jspecify.annotations.Nullable;

/** A rule was broken. */
public final class Violation extends AssertionError {

  private static final long serialVersionUID = 1L;

  private final Rule rule;

  Violation(Rule rule, String what) {
    this(rule, what, null);
  }

  /** A violation that shows itself in something that was thrown. */
  public Violation(Rule rule, String what, @Nullable Throwable cause) {
    super("broken: " + rule + ": " + what, cause);
    this.rule = rule;
  }

  /** The rule that was broken. */
  public Rule rule() {
    return rule;
  }
}
