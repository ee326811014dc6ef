package io.coord.queues.internal;

import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the first item that is there, without taking it: one transaction over the first candidates.
 *
 * @param candidates the first items of the queue, in order
 * @param knownThrough the revision through which the front is known
 * @param order the order of the queue
 * @param lookers who wants to know
 */
record Peek(List<Item> candidates, long knownThrough, ItemOrder order, List<Want> lookers) {

  TxnRequest request() {
    return first(0);
  }

  /** The item that was found; empty when all candidates are gone, or another came before them. */
  Optional<Item> found(TxnResult answer) {
    if (answer.results().isEmpty()) {
      return Optional.empty();
    }
    OpResult result = answer.results().get(0);
    return result instanceof OpResult.Txn next
        ? found(next.result())
        : answer.range(0).first().map(Item::of);
  }

  /** Whether the first candidate is what was found: nobody else has taken it. */
  boolean findsTheFirst(Optional<Item> found) {
    return found.map(Item::key).equals(Optional.of(candidates.get(0).key()));
  }

  private TxnRequest first(int index) {
    Item item = candidates.get(index);
    List<Compare> conditions = new ArrayList<>();
    conditions.add(Compare.modRevision(item.key(), Relation.EQUAL, item.modRevision()));
    conditions.addAll(order.nothingNewBefore(item, knownThrough));
    List<Op> otherwise =
        index + 1 < candidates.size() ? List.of(new Op.Nested(first(index + 1))) : List.of();
    return new TxnRequest(
        conditions, List.of(Op.get(item.key())), otherwise, TxnRequest.Repeat.HARMLESS);
  }
}
