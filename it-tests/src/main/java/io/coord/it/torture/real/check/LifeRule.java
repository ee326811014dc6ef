package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import io.coord.it.torture.real.history.Outcome;
import java.util.List;
import java.util.Set;

/**
 * For all primitives: nothing hangs, nothing throws what it should not, and etcd refuses nothing,
 * since nobody asked for what it must refuse.
 */
public final class LifeRule implements Rule {

  private static final Set<String> NEVER =
      Set.of(
          "RefusedException",
          "CompactedException",
          "PermissionDeniedException",
          "AuthenticationException",
          "DuplicateItemException",
          "QueueFullException",
          "UndecodableItemException",
          "MaximumMismatchException",
          "ClosedException");

  /** Stands between an action and the error that it ended with. */
  public static final String ENDED_WITH = ": ";

  private final Set<String> killed;

  /** Knows which clients were killed. */
  public LifeRule(Set<String> killed) {
    this.killed = killed;
  }

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    for (Operation operation : history) {
      verdict.count("operations", 1);
      String error = operation.got().path("error").asText("");
      if (operation.outcome() == Outcome.OPEN && !killed.contains(operation.actor().client())) {
        verdict.broken("an operation hung: it never ended, though its client lived", operation);
      }
      if (operation.outcome() == Outcome.BROKEN || operation.is("threw")) {
        verdict.broken("something was thrown that never should be", operation);
      }
      if (operation.is("stuck")) {
        verdict.broken("a worker hung", operation);
      }
      if (NEVER.contains(error)) {
        verdict.broken("an operation failed as it never should", operation);
      }
      if (!error.isEmpty() && !operation.is("mark")) {
        verdict.count(operation.action() + ENDED_WITH + error, 1);
      }
      if (operation.is("lost")) {
        verdict.count("sessions lost, " + operation.got().path("reason").asText(), 1);
      }
    }
  }
}
