package io.coord.queues.internal;

import io.coord.core.internal.marked.Mark;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction that takes items off the front. Whatever its shape, it takes the first items that
 * are there when it is carried out, and none before which another has come in.
 *
 * @param shape which of the candidates it takes
 * @param candidates the first items of the queue, in order, with their values
 * @param knownThrough the revision through which the front is known
 * @param order the order of the queue
 * @param removal what is done with an item that it takes
 */
record Take(
    Shape shape, List<Item> candidates, long knownThrough, ItemOrder order, Removal removal) {

  /** How a transaction deals with candidates that are gone. */
  enum Shape {
    /** Takes one item: the first that is there. */
    FIRST,
    /** Takes all candidates, or none when one is gone. The cheapest when nobody else takes. */
    ALL,
    /** Takes each candidate that is there, and writes down which. */
    EACH
  }

  /** What a take that took effect has taken, in order, each with the revision of the taking. */
  List<Item> taken(Verdict.Applied applied) {
    List<Item> taken =
        switch (shape) {
          case FIRST -> List.of(candidates.get(Integer.parseInt(applied.note())));
          case ALL -> candidates;
          case EACH -> recorded(applied);
        };
    return taken.stream().map(item -> item.takenAt(applied.revision())).toList();
  }

  /** Those of the candidates that are known to be gone after a take that took effect. */
  List<Item> gone(Verdict.Applied applied) {
    return switch (shape) {
      case FIRST -> candidates.subList(0, Integer.parseInt(applied.note()) + 1);
      case ALL, EACH -> candidates;
    };
  }

  /** Whether none of the candidates can be there when it took none and nothing else was before. */
  boolean showsThatAllAreGone() {
    return shape == Shape.FIRST || candidates.size() == 1;
  }

  /** Whether somebody else was before it with any of the candidates. */
  boolean wasContended(Verdict.Applied applied) {
    return switch (shape) {
      case FIRST -> gone(applied).size() > 1;
      case ALL -> false;
      case EACH -> recorded(applied).size() < candidates.size();
    };
  }

  /** The transaction. One that takes all or none has no branches, and reads nothing. */
  MarkedWork work() {
    return shape == Shape.ALL
        ? new MarkedWork.Plain.Writes(conditionsOfAll(), removalsOfAll(), List.of())
        : new Branches(this);
  }

  /** A transaction that decides by itself what it takes. */
  private record Branches(Take take) implements MarkedWork.Branching {

    @Override
    public List<Op> ops(Mark mark) {
      return List.of(take.shape == Shape.FIRST ? take.first(0, mark) : take.each(mark));
    }

    @Override
    public List<Op> evidence(Mark mark) {
      return take.shape == Shape.EACH
          ? List.of(Op.get(RangeRequest.of(mark.records())))
          : List.of();
    }
  }

  /** If it is there then this one, else the next. */
  private Op first(int index, Mark mark) {
    Item item = candidates.get(index);
    List<Compare> conditions = new ArrayList<>();
    conditions.add(isThere(item));
    conditions.addAll(order.nothingNewBefore(item, knownThrough));
    List<Op> otherwise =
        index + 1 < candidates.size() ? List.of(first(index + 1, mark)) : List.of();
    return nested(conditions, takingFirst(item, mark.put(Integer.toString(index))), otherwise);
  }

  private List<Compare> conditionsOfAll() {
    List<Compare> conditions = new ArrayList<>();
    candidates.forEach(item -> conditions.add(isThere(item)));
    conditions.addAll(order.nothingNewBefore(last(), knownThrough));
    return conditions;
  }

  private List<Op> removalsOfAll() {
    List<Op> removals = new ArrayList<>(removal.ops());
    candidates.forEach(item -> removals.addAll(removal.ops(item)));
    return removals;
  }

  private Op each(Mark mark) {
    List<Compare> conditions = new ArrayList<>();
    conditions.addAll(order.nothingNewBefore(last(), knownThrough));
    List<Op> then = new ArrayList<>();
    then.add(mark.put(""));
    then.addAll(removal.ops());
    for (int i = 0; i < candidates.size(); i++) {
      Item item = candidates.get(i);
      then.add(nested(List.of(isThere(item)), removing(item, mark.putRecord(i)), List.of()));
    }
    return nested(conditions, then, List.of());
  }

  private List<Item> recorded(Verdict.Applied applied) {
    List<Item> taken = new ArrayList<>();
    for (KeyValue record : applied.evidence().get(0).kvs()) {
      applied.mark().recordOf(record).ifPresent(number -> taken.add(candidates.get(number)));
    }
    return taken;
  }

  private List<Op> takingFirst(Item item, Op mark) {
    List<Op> ops = new ArrayList<>(removal.ops());
    ops.addAll(removing(item, mark));
    return ops;
  }

  private List<Op> removing(Item item, Op mark) {
    List<Op> ops = new ArrayList<>(removal.ops(item));
    ops.add(mark);
    return ops;
  }

  private Item last() {
    return candidates.get(candidates.size() - 1);
  }

  private static Compare isThere(Item item) {
    return Compare.modRevision(item.key(), Relation.EQUAL, item.modRevision());
  }

  private static Op nested(List<Compare> conditions, List<Op> then, List<Op> otherwise) {
    return new Op.Nested(new TxnRequest(conditions, then, otherwise, TxnRequest.Repeat.NEVER));
  }
}
