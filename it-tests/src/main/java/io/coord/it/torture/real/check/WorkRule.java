package io.coord.it.torture.real.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.coord.it.torture.real.client.WorkQueueWork;
import io.coord.it.torture.real.history.Operation;
import io.coord.it.torture.real.history.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Items of a work queue: each that was put in is acknowledged exactly once, and is not seen again
 * afterwards. Its attempts rise, and what an earlier claim does takes no effect after a later one.
 */
public final class WorkRule implements Rule {

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Map<String, List<Operation>> byItem =
        history.stream()
            .filter(o -> !item(o).isEmpty())
            .collect(Collectors.groupingBy(WorkRule::item, TreeMap::new, Collectors.toList()));
    byItem.forEach((item, operations) -> check(item, operations, verdict));
    verdict.count("items", byItem.size());
    for (Operation left : history) {
      if (left.is("left") && left.gave("dead") > 0) {
        verdict.broken("items are dead that only faults can have killed", left);
      }
    }
  }

  private static String item(Operation operation) {
    JsonNode asked = operation.with().path(WorkQueueWork.ITEM);
    return asked.isTextual()
        ? asked.textValue()
        : operation.got().path(WorkQueueWork.ITEM).asText("");
  }

  private static void check(String item, List<Operation> operations, Verdict verdict) {
    List<Operation> puts = operations.stream().filter(o -> o.is("enqueue")).toList();
    List<Operation> acks = operations.stream().filter(o -> o.is("ack")).toList();
    List<Operation> done = acks.stream().filter(Operation::isOk).toList();
    List<Operation> claims =
        operations.stream()
            .filter(o -> o.is("claim") && o.isOk())
            .sorted(Comparator.comparingLong(o -> o.gave(Operation.TOKEN)))
            .toList();
    if (puts.isEmpty()) {
      verdict.broken("the item " + item + " came out, and nobody put it in", operations.get(0));
      return;
    }
    if (puts.get(0).outcome() == Outcome.FAILED && !claims.isEmpty()) {
      verdict.broken("an item came out whose enqueue failed", puts.get(0), claims.get(0));
    }
    if (done.size() > 1) {
      verdict.broken("an item was acknowledged twice", done.toArray());
    }
    if (puts.get(0).isOk() && acks.stream().noneMatch(o -> o.isOk() || o.isUncertain())) {
      verdict.broken("an item was put in and never acknowledged: it is lost", operations.toArray());
    }
    afterwards(done, claims, verdict);
    attempts(claims, verdict);
    effects(operations, verdict);
    verdict.count("claims", claims.size());
    verdict.count("redeliveries", Math.max(0, claims.size() - 1));
  }

  private static void afterwards(List<Operation> done, List<Operation> claims, Verdict verdict) {
    for (Operation ack : done) {
      for (Operation claim : claims) {
        if (claim.gave(Operation.TOKEN) > ack.before()) {
          verdict.broken("an item was claimed after it had been acknowledged", ack, claim);
        }
      }
    }
  }

  private static void attempts(List<Operation> claims, Verdict verdict) {
    for (int i = 1; i < claims.size(); i++) {
      Operation before = claims.get(i - 1);
      Operation claim = claims.get(i);
      if (claim.gave(WorkQueueWork.ATTEMPT) <= before.gave(WorkQueueWork.ATTEMPT)
          || claim.gave(Operation.TOKEN) == before.gave(Operation.TOKEN)) {
        verdict.broken("an attempt was not counted", before, claim);
      }
    }
  }

  private static void effects(List<Operation> operations, Verdict verdict) {
    List<Operation> writes =
        operations.stream()
            .filter(o -> o.is("write") && o.isOk())
            .sorted(Comparator.comparingLong(Operation::revision))
            .toList();
    for (int i = 1; i < writes.size(); i++) {
      if (writes.get(i - 1).asked(Operation.TOKEN) > writes.get(i).asked(Operation.TOKEN)) {
        verdict.broken(
            "a claim took effect after a later one had", writes.get(i - 1), writes.get(i));
      }
    }
  }
}
