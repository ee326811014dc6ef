package io.coord.it.torture.real.check;

import io.coord.it.torture.real.client.LatchWork;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A latch opens to nobody while something that was added has not begun to be counted down; and in
 * the end it counts what was added less what was counted down, each change exactly once.
 */
public final class LatchRule implements Rule {

  /** A time in which the count was above zero for certain. */
  private record Closed(Operation add, long until) {}

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Map<String, List<Operation>> byLatch =
        history.stream()
            .filter(o -> o.with().has(LatchWork.LATCH))
            .collect(Collectors.groupingBy(o -> o.with().path(LatchWork.LATCH).textValue()));
    verdict.count("latches", byLatch.size());
    byLatch.forEach(
        (latch, operations) -> {
          passages(operations, verdict);
          sum(latch, operations, verdict);
        });
  }

  private static void passages(List<Operation> operations, Verdict verdict) {
    List<Closed> closed = closed(operations);
    for (Operation await : operations) {
      if (await.is("await") && await.isOk() && await.got().path("passed").booleanValue()) {
        verdict.count("passages", 1);
        for (Closed time : closed) {
          if (time.add.before() <= await.after() && await.before() <= time.until) {
            verdict.broken("a latch opened before it was at zero", time.add, await);
          }
        }
      }
    }
  }

  private static List<Closed> closed(List<Operation> operations) {
    Map<Actor, Operation> open = new HashMap<>();
    Map<Actor, Long> left = new HashMap<>();
    List<Closed> closed = new ArrayList<>();
    for (Operation operation : operations) {
      Actor actor = operation.actor();
      if (operation.is("add")) {
        open.remove(actor);
        if (operation.isOk()) {
          open.put(actor, operation);
          left.put(actor, operation.asked("by"));
        }
      } else if (operation.is("down") && open.containsKey(actor)) {
        long more = left.merge(actor, -1L, Long::sum);
        if (more == 0) {
          closed.add(new Closed(open.remove(actor), operation.after()));
        }
      }
    }
    return closed;
  }

  private static void sum(String latch, List<Operation> operations, Verdict verdict) {
    long least = 0;
    long most = 0;
    for (Operation operation : operations) {
      boolean certain = operation.isOk();
      if (operation.is("add") && (certain || operation.isUncertain())) {
        most += operation.asked("by");
        least += certain ? operation.asked("by") : 0;
      } else if (operation.is("down") && (certain || operation.isUncertain())) {
        least -= 1;
        most -= certain ? 1 : 0;
      }
    }
    for (Operation last : operations) {
      if (last.is("final") && last.isOk()) {
        long count = last.gave("count");
        if (count < least || count > most) {
          verdict.broken(
              latch + " counts " + count + " in the end; expected " + least + " to " + most, last);
        }
      }
    }
  }
}
