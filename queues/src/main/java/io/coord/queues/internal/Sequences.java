package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * Keys of a priority queue: n/PPPPP/SSSSSSSSSSSSSSSS, each one more than the last of its priority.
 *
 * Go's recipe reads the last key of the priority, adds one, and puts the new key if the priority's
 * base key __n/PPPPP has not changed since; whoever puts, rewrites the base key. We do the same,
 * and write the number that we used into the base key. Go puts an empty value there and reads none.
 *
 *   base key at revision r, known to us, with last number s --put s+1.. , base = s+1.. --> known
 *        |--conditions not met: read base key with it
 *             |--> written by another, with a number: known, again
 *             |--> written by Go, or a key is there at our number: the last key is read, once
 *             '--> neither: it was another condition, of the entrance or of another priority
 *
 * So a producer that is alone reads nothing, and nobody sorts a deep queue for every value. The
 * first guess is that the priority was never used. A base key that says nothing of use, because a
 * stranger wrote it, is taken as Go's. When the last number of all is taken, nothing more is put into
 * the priority: it would have a key that is no item's, and be lost. That a number is used once is
 * guarded by the base key, as among Go's clients; that no key is ever overwritten, by comparing that it
 * is not there.
 */

/** Gives the next keys of each priority. */
final class Sequences implements Placement {

  /**
   * What is known of a priority.
   *
   * @param baseRevision the revision at which its base key was last written; 0 for never
   * @param last the last number that was used; -1 for none
   */
  private record Known(long baseRevision, long last) {}

  private static final Known NEVER_USED = new Known(0, -1);
  private static final long LAST_OF_ALL = 9_999_999_999_999_999L;

  private final PriorityOrder order;
  private final Entrance entrance;
  private final Map<Integer, Known> known = new HashMap<>();
  private Map<Integer, Known> after = new LinkedHashMap<>();
  private List<Integer> toRead = List.of();
  private List<Parcel> current = List.of();

  Sequences(PriorityOrder order, Entrance entrance) {
    this.order = order;
    this.entrance = entrance;
  }

  /** A base key: its put, its compare, its read. */
  @Override
  public int overheadOfPriority() {
    return 3;
  }

  @Override
  public Optional<TxnRequest> needed(List<Parcel> group) {
    current = group;
    List<Op> reads = new ArrayList<>();
    for (int priority : toRead) {
      reads.add(Op.get(base(priority)));
      reads.add(Op.get(lastKey(priority)));
    }
    reads.addAll(entrance.needed(group));
    return reads.isEmpty()
        ? Optional.empty()
        : Optional.of(TxnRequest.of(reads.toArray(Op[]::new)));
  }

  @Override
  public void read(TxnResult answer) {
    List<RangeResult> results = new ArrayList<>();
    for (int i = 0; i < answer.results().size(); i++) {
      results.add(answer.range(i));
    }
    List<Integer> read = toRead;
    toRead = List.of();
    for (int i = 0; i < read.size(); i++) {
      long baseRevision = results.get(2 * i).first().map(KeyValue::modRevision).orElse(0L);
      known.put(read.get(i), new Known(baseRevision, lastNumber(results.get(2 * i + 1))));
    }
    List<RangeResult> rest = results.subList(2 * read.size(), results.size());
    if (!rest.isEmpty()) {
      entrance.read(current, rest);
    }
  }

  @Override
  public MarkedWork place(List<Parcel> group) {
    after = new LinkedHashMap<>();
    List<Compare> conditions = new ArrayList<>();
    List<Op> puts = new ArrayList<>();
    for (Parcel parcel : group) {
      place(parcel, conditions, puts);
    }
    conditions.addAll(entrance.conditions(group));
    puts.addAll(entrance.ops(firstKey(group.get(0)), group));
    after.forEach(
        (priority, then) ->
            puts.add(Op.put(base(priority), Bytes.utf8(Long.toString(then.last())))));
    List<Op> evidence = new ArrayList<>();
    after.forEach(
        (priority, then) -> {
          evidence.add(Op.get(base(priority)));
          evidence.add(Op.get(inTheWay(priority, then)));
        });
    evidence.addAll(entrance.evidence(group));
    return new MarkedWork.Plain.Writes(conditions, puts, evidence);
  }

  private void place(Parcel parcel, List<Compare> conditions, List<Op> puts) {
    Known now = after.get(parcel.priority());
    if (now == null) {
      now = known(parcel.priority());
      conditions.add(
          Compare.modRevision(base(parcel.priority()), Relation.EQUAL, now.baseRevision()));
    }
    long number = now.last();
    if (number > LAST_OF_ALL - parcel.values().size()) {
      throw usedUp(parcel.priority());
    }
    for (Bytes value : parcel.values()) {
      Bytes key = order.key(parcel.priority(), ++number);
      conditions.add(Compare.absent(key));
      puts.addAll(entrance.ops(key, value, parcel));
    }
    after.put(parcel.priority(), new Known(now.baseRevision(), number));
  }

  private Bytes firstKey(Parcel parcel) {
    return order.key(parcel.priority(), known(parcel.priority()).last() + 1);
  }

  /** Forgets what is known, so that the next value finds out whether that is still so. */
  private RefusedException usedUp(int priority) {
    known.remove(priority);
    return new RefusedException(
        "no number is left in "
            + order.ofPriority(priority)
            + "/: its last item has the last one, "
            + LAST_OF_ALL
            + "; expected that somebody takes that item first",
        null);
  }

  @Override
  public void placed(Verdict.Applied applied) {
    after.forEach(
        (priority, then) -> known.put(priority, new Known(applied.revision(), then.last())));
    entrance.entered(current, applied.revision());
  }

  @Override
  public void notPlaced(Verdict.ConditionsNotMet notMet) {
    toRead = new ArrayList<>();
    Iterator<RangeResult> evidence = notMet.evidence().iterator();
    for (int priority : after.keySet()) {
      Optional<Known> now = knownFrom(evidence.next().first());
      boolean isKeyInTheWay = evidence.next().count() > 0;
      if (now.isPresent() && now.get().baseRevision() != known(priority).baseRevision()) {
        known.put(priority, now.get());
      } else if (now.isEmpty() || isKeyInTheWay) {
        toRead.add(priority);
      }
    }
    List<RangeResult> rest = new ArrayList<>();
    evidence.forEachRemaining(rest::add);
    if (!rest.isEmpty()) {
      entrance.notMet(current, rest);
    }
  }

  private Known known(int priority) {
    return known.getOrDefault(priority, NEVER_USED);
  }

  /** What a base key says; empty when Go's client wrote it, or somebody a number of no use. */
  private static Optional<Known> knownFrom(Optional<KeyValue> base) {
    if (base.isEmpty()) {
      return Optional.of(NEVER_USED);
    }
    String number = base.get().value().utf8();
    return number.matches("[0-9]{1,16}") && Long.parseLong(number) < LAST_OF_ALL
        ? Optional.of(new Known(base.get().modRevision(), Long.parseLong(number)))
        : Optional.empty();
  }

  private long lastNumber(RangeResult last) {
    if (last.kvs().isEmpty()) {
      return NEVER_USED.last();
    }
    Bytes key = last.kvs().get(0).key();
    if (!order.isItem(key)) {
      throw new RefusedException(
          "key "
              + key
              + " is in the way of a priority queue; expected "
              + PriorityOrder.SEQUENCE_DIGITS
              + " digits after the last slash, or a key that does not begin with a digit there",
          null);
    }
    return Long.parseLong(key.from(key.length() - PriorityOrder.SEQUENCE_DIGITS).utf8());
  }

  /** The last key of a priority; etcd reads all of them for it. */
  private RangeRequest lastKey(int priority) {
    Bytes prefix = order.ofPriority(priority);
    KeyRange digits =
        KeyRange.between(prefix.concat(Bytes.utf8("/0")), prefix.concat(Bytes.utf8("/:")));
    return RangeRequest.of(digits).orderedBy(RangeRequest.Order.KEY_DESCENDING).limit(1).keysOnly();
  }

  /** What is among the keys that a group was to have, the last of which would have had a number. */
  private RangeRequest inTheWay(int priority, Known then) {
    Bytes first = order.key(priority, known(priority).last() + 1);
    Bytes last = order.key(priority, then.last());
    return RangeRequest.of(KeyRange.between(first, KeyRange.after(last))).countOnly();
  }

  private Bytes base(int priority) {
    return order.base(priority);
  }
}
