package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Scheduler;
import io.coord.queues.DuplicateItemException;
import io.coord.queues.QueueFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/*
 * How items come into a work queue.
 *
 * Deduplication. The id has a key of its own for as long as its item is in the queue; a second item
 * with the id fails on it.
 *
 * The size. The record of an item is written again with each claim and each end of one, and has more in
 * it then. A record that comes in and does not fit then would stay at the front for ever. How large a
 * request may be is set at etcd. So what brings a large value in is made larger by as much as will be
 * added: it compares that a key with a long name is not there. Etcd refuses it if it would refuse those.
 *
 * The bound. Only what puts something in makes the queue longer, and with a bound it also rewrites
 * the key `in`. So: read `in` and count the items in one transaction; then put, if `in` is as it was.
 * Whatever happened in between made the queue shorter. From then on the count is known to be at most as
 * many more as were put, without counting again, until it seems to reach the bound, or somebody else put.
 */

/** Admits items into one work queue; called under the enqueuer's lock. */
final class WorkEntrance implements Entrance {

  /** Smaller values leave room in any case: nobody lets etcd take as little as they would need. */
  private static final int LARGE = 32 << 10;

  /** The reason of a failure, the name of a claimer, and keys. */
  private static final int ROOM = 16 << 10;

  private final String name;
  private final WorkKeys keys;
  private final Scheduler scheduler;

  /** The revision of the key `in` that the length was read at; negative when it is not known. */
  private long inRevision = -1;

  private long longest;

  WorkEntrance(String name, WorkKeys keys, Scheduler scheduler) {
    this.name = name;
    this.keys = keys;
    this.scheduler = scheduler;
  }

  /** How much must be left in the request that brings a value in. */
  static int room(Bytes value) {
    return value.length() > LARGE ? ROOM : 0;
  }

  @Override
  public List<Op> needed(List<Parcel> group) {
    if (bound(group).isEmpty() || (inRevision >= 0 && isRoomFor(group))) {
      return List.of();
    }
    return List.of(
        Op.get(RangeRequest.key(keys.in()).keysOnly()),
        Op.get(RangeRequest.of(keys.items()).countOnly()),
        Op.get(RangeRequest.of(keys.allHeld()).countOnly()));
  }

  @Override
  public void read(List<Parcel> group, List<RangeResult> answer) {
    inRevision = answer.get(0).first().map(KeyValue::modRevision).orElse(0L);
    longest = answer.get(1).count() + answer.get(2).count();
    if (!isRoomFor(group)) {
      throw new QueueFullException(name, longest, bound(group).getAsInt());
    }
  }

  /** Whether as many are known to fit. */
  private boolean isRoomFor(List<Parcel> group) {
    return longest + values(group) <= bound(group).getAsInt();
  }

  @Override
  public List<Compare> conditions(List<Parcel> group) {
    List<Compare> conditions = new ArrayList<>();
    terms(group).id().ifPresent(id -> conditions.add(Compare.absent(keys.id(id))));
    bound(group)
        .ifPresent(
            most -> conditions.add(Compare.modRevision(keys.in(), Relation.EQUAL, inRevision)));
    group.stream()
        .mapToInt(parcel -> parcel.terms().room())
        .filter(room -> room > 0)
        .max()
        .ifPresent(room -> conditions.add(Compare.absent(keys.room(room))));
    return conditions;
  }

  @Override
  public List<Op> ops(Bytes key, Bytes value, Parcel parcel) {
    Terms terms = parcel.terms();
    if (terms.delayLease().isEmpty()) {
      return List.of(Op.put(key, record(WorkRecord.State.AT_REST, terms, value)));
    }
    Bytes delay = WorkKeys.holder(terms.delayLease().getAsLong());
    return List.of(
        Op.put(keys.held(delay, keys.suffix(key)), record(WorkRecord.State.DELAYED, terms, value)));
  }

  @Override
  public List<Op> ops(Bytes firstKey, List<Parcel> group) {
    Terms terms = terms(group);
    List<Op> ops = new ArrayList<>();
    terms.id().ifPresent(id -> ops.add(Op.put(keys.id(id), keys.suffix(firstKey))));
    terms.bound().ifPresent(most -> ops.add(Op.put(keys.in(), Bytes.EMPTY)));
    terms.delayLease().ifPresent(lease -> ops.add(Delays.live(keys, lease)));
    return ops;
  }

  @Override
  public List<Op> evidence(List<Parcel> group) {
    Optional<Bytes> key =
        terms(group)
            .id()
            .map(keys::id)
            .or(() -> terms(group).bound().isPresent() ? Optional.of(keys.in()) : Optional.empty());
    return key.map(telling -> List.of(Op.get(RangeRequest.key(telling).keysOnly())))
        .orElse(List.of());
  }

  @Override
  public void notMet(List<Parcel> group, List<RangeResult> evidence) {
    inRevision = -1;
    Optional<String> id = terms(group).id();
    if (id.isPresent() && evidence.get(0).first().isPresent()) {
      throw new DuplicateItemException(name, id.get());
    }
  }

  @Override
  public void entered(List<Parcel> group, long revision) {
    if (bound(group).isPresent()) {
      inRevision = revision;
      longest += values(group);
    }
  }

  /** A group has one bound; if its parcel has an id or a delay, it is alone. */
  private static Terms terms(List<Parcel> group) {
    return group.get(0).terms();
  }

  private static OptionalInt bound(List<Parcel> group) {
    return terms(group).bound();
  }

  private static int values(List<Parcel> group) {
    return group.stream().mapToInt(parcel -> parcel.values().size()).sum();
  }

  private Bytes record(WorkRecord.State state, Terms terms, Bytes value) {
    return WorkRecord.fresh(state, terms.id(), scheduler.timeOfDay(), value).encode();
  }
}
