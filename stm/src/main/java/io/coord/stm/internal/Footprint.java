package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.internal.guard.Guards;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnResult;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an attempt has read and wants to write.
 *
 * @param snapshot the revision that all reads are of; empty when nothing was read
 * @param reads what was read, by key; empty for a key that did not exist
 * @param writes the put or the deletion, by key
 * @param guards what must be held at the commit
 */
record Footprint(
    OptionalLong snapshot,
    Map<Bytes, Optional<KeyValue>> reads,
    Map<Bytes, Op> writes,
    List<Guard> guards) {

  /** Every key that was read or written, in the order of first use, reads before writes. */
  List<Bytes> keys() {
    List<Bytes> keys = new ArrayList<>(reads.keySet());
    keys.addAll(writtenUnread());
    return keys;
  }

  /**
   * Hold as long as nobody has changed a key since it was read. A key that is written without
   * having been read must not be newer than the snapshot; without a snapshot there is nothing that
   * it could be newer than. Each guard adds its own.
   */
  List<Compare> compares() {
    List<Compare> compares = new ArrayList<>(reads.size() + writes.size() + 1);
    reads.forEach(
        (key, value) ->
            compares.add(Compare.modRevision(key, Relation.EQUAL, Snapshot.modRevision(value))));
    if (snapshot.isPresent()) {
      for (Bytes key : writtenUnread()) {
        compares.add(Compare.modRevision(key, Relation.LESS, snapshot.getAsLong() + 1));
      }
    }
    guards.forEach(guard -> compares.add(Guards.compare(guard)));
    return compares;
  }

  List<Op> writeOps() {
    return List.copyOf(writes.values());
  }

  /**
   * A read of each of the {@link #keys} and then of each guard, for the branch of a commit that a
   * compare has failed.
   */
  List<Op> freshReads() {
    return Stream.concat(keys().stream().map(Op::get), guards.stream().map(Guards::read)).toList();
  }

  /** What a failed commit tells, whose answer begins with those of {@link #freshReads}. */
  NotCommitted notCommitted(TxnResult answer) {
    Map<Bytes, Optional<KeyValue>> values = new HashMap<>();
    List<Bytes> keys = keys();
    for (int i = 0; i < keys.size(); i++) {
      values.put(keys.get(i), answer.range(i).first());
    }
    Snapshot fresh = new Snapshot(answer.revision(), values);
    return new NotCommitted(Optional.of(fresh), changedIn(fresh), broken(answer));
  }

  /** The first guard that was not true, in words. */
  private Optional<GuardFailedException> broken(TxnResult answer) {
    int first = keys().size();
    for (int i = 0; i < guards.size(); i++) {
      Optional<GuardFailedException> failure =
          Guards.failure(guards.get(i), answer.range(first + i).first());
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  private List<Bytes> changedIn(Snapshot fresh) {
    return keys().stream()
        .filter(
            key -> isChanged(key, Snapshot.modRevision(fresh.values().getOrDefault(key, none()))))
        .toList();
  }

  private boolean isChanged(Bytes key, long modRevision) {
    Optional<KeyValue> read = reads.getOrDefault(key, none());
    return reads.containsKey(key)
        ? Snapshot.modRevision(read) != modRevision
        : snapshot.isPresent() && modRevision > snapshot.getAsLong();
  }

  private List<Bytes> writtenUnread() {
    Set<Bytes> read = reads.keySet();
    return writes.keySet().stream().filter(key -> !read.contains(key)).toList();
  }

  private static Optional<KeyValue> none() {
    return Optional.empty();
  }
}
