package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import java.util.ArrayList;
import java.util.List;

/** Nobody who came after a barrier was held passes it before its release has begun. */
public final class BarrierRule implements Rule {

  /** A time in which it was held for certain. */
  private record Closed(Operation hold, Operation release) {}

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    List<Closed> closed = closed(history);
    verdict.count("holds", closed.size());
    for (Operation await : history) {
      if (await.is("await") && await.isOk() && await.got().path("passed").booleanValue()) {
        verdict.count("passages", 1);
        for (Closed time : closed) {
          if (time.hold.before() <= await.after() && await.before() <= time.release.after()) {
            verdict.broken("somebody passed a barrier that was held", time.hold, await);
          }
        }
      }
    }
  }

  private static List<Closed> closed(List<Operation> history) {
    List<Closed> closed = new ArrayList<>();
    Operation hold = null;
    for (Operation operation : history) {
      if (operation.is("hold")) {
        hold = operation.isOk() ? operation : null;
      } else if (operation.is("release")) {
        if (hold != null && hold.actor().equals(operation.actor())) {
          closed.add(new Closed(hold, operation));
        }
        hold = null;
      }
    }
    return closed;
  }
}
