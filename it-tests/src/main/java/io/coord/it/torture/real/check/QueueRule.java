package io.coord.it.torture.real.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.coord.it.torture.real.client.QueueWork;
import io.coord.it.torture.real.history.Operation;
import io.coord.it.torture.real.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Items of a queue: one whose enqueue was acknowledged comes out exactly once; one of which that is
 * not known at most once; one whose enqueue failed never. Only an item that a client was just
 * taking when it was killed may be missing, one for each such client's thread.
 */
public final class QueueRule implements Rule {

  private static final int EXAMPLES = 5;

  /** An item that was put in, and the operations that took it. */
  record Item(String value, Operation put, List<Operation> taken) {}

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Map<String, Item> items = items(history);
    take(history, items, verdict);
    List<Item> missing = new ArrayList<>();
    for (Item item : items.values()) {
      if (item.taken.size() > 1) {
        verdict.broken("an item came out twice", item.put, item.taken.get(0), item.taken.get(1));
      }
      if (!item.taken.isEmpty() && item.put.outcome() == Outcome.FAILED) {
        verdict.broken("an item came out whose enqueue failed", item.put, item.taken.get(0));
      }
      if (item.taken.isEmpty() && item.put.isOk()) {
        missing.add(item);
      }
    }
    long inFlight = history.stream().filter(o -> o.is("poll") && o.isUncertain()).count();
    if (missing.size() > inFlight) {
      verdict.broken(
          missing.size()
              + " items were acknowledged and never came out; at most "
              + inFlight
              + " were being taken when a client was killed",
          missing.stream().limit(EXAMPLES).map(Item::put).toArray());
    }
    verdict.count("items", items.size());
    verdict.count("lost in flight with a killed client", missing.size());
    new QueueOrder(history, verdict).check(items.values());
  }

  private static Map<String, Item> items(List<Operation> history) {
    Map<String, Item> items = new HashMap<>();
    for (Operation put : history) {
      if (put.is("enqueue")) {
        for (JsonNode value : put.with().path(QueueWork.VALUES)) {
          String name = value.textValue();
          items.put(name, new Item(name, put, new ArrayList<>()));
        }
      }
    }
    return items;
  }

  private static void take(List<Operation> history, Map<String, Item> items, Verdict verdict) {
    for (Operation poll : history) {
      JsonNode value = poll.got().path(QueueWork.VALUE);
      if (poll.is("poll") && poll.isOk() && value.isTextual()) {
        Item item = items.get(value.textValue());
        if (item == null) {
          verdict.broken("an item came out that nobody put in", poll);
        } else {
          item.taken.add(poll);
        }
      }
    }
  }
}
