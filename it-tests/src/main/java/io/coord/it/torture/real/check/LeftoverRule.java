package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import java.util.List;

/** When all have closed, and the leases of killed clients are gone, no key and no lease is left. */
public final class LeftoverRule implements Rule {

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    for (Operation operation : history) {
      if (operation.is("left key")) {
        verdict.broken("a key is left: " + operation.got().path("key").asText());
      }
      if (operation.is("left lease")) {
        verdict.broken("a lease is left: " + operation.got());
      }
      if (operation.is("not ended")) {
        verdict.broken("a client did not end: " + operation.got().path("client").asText());
      }
      if (operation.is("hung")) {
        verdict.broken("a worker did nothing long after the faults: " + operation.got());
      }
    }
  }
}
