package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.Session;
import io.coord.core.internal.guard.Guards;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an attempt has read and wants to write.
 *
 * @param rules what its isolation level asks for
 * @param reads what was read
 * @param writes the put or the deletion, by key
 * @param guards what must be held at the commit
 * @param sessions those whose leases the puts are under
 */
record Footprint(
    IsolationRules rules,
    ReadSet reads,
    Map<Bytes, Op> writes,
    List<Guard> guards,
    List<Session> sessions) {

  Footprint withReads(ReadSet newReads) {
    return new Footprint(rules, newReads, writes, guards, sessions);
  }

  boolean isReadOnly() {
    return writes.isEmpty();
  }

  /**
   * Hold as long as nothing has happened that the isolation level excludes. A key that was read
   * must not have been written since. In a range that was read no key may be newer than the reads:
   * that is one compare over all keys that it has at the commit, and it refuses what was inserted
   * or changed; what was deleted is missing from the range, but is a key that was read, and must be
   * as it was. A key that is written without having been read must not be newer than the reads;
   * without reads there is nothing that it could be newer than. Each guard adds its own.
   */
  List<Compare> compares() {
    List<Compare> compares = new ArrayList<>();
    if (rules.guardsReads()) {
      reads
          .keys()
          .forEach(
              (key, value) ->
                  compares.add(
                      Compare.modRevision(key, Relation.EQUAL, Snapshot.modRevision(value))));
    }
    if (rules.readsOneRevision()) {
      long after = reads.snapshot() + 1;
      for (KeyRange range : reads.ranges().keySet()) {
        compares.add(new Compare.OfField(range, Field.MOD_REVISION, Relation.LESS, after));
      }
    }
    for (Bytes key : guardedBlindWrites()) {
      compares.add(Compare.modRevision(key, Relation.LESS, reads.snapshot() + 1));
    }
    guards.forEach(guard -> compares.add(Guards.compare(guard)));
    return compares;
  }

  List<Op> writeOps() {
    return List.copyOf(writes.values());
  }

  /**
   * Reads everything that the compares are about, for the branch of a commit that one of them has
   * failed: keys, then ranges, then guards.
   */
  List<Op> freshReads() {
    List<Op> gets = new ArrayList<>();
    freshKeys().forEach(key -> gets.add(Op.get(key)));
    freshRanges().forEach(range -> gets.add(Op.get(RangeRequest.of(range))));
    guards.forEach(guard -> gets.add(Guards.read(guard)));
    return gets;
  }

  /** What a commit tells that failed at a revision, with the answers to {@link #freshReads}. */
  NotCommitted notCommitted(long revision, List<RangeResult> answers) {
    Map<Bytes, Optional<KeyValue>> values = new HashMap<>();
    int next = 0;
    for (Bytes key : freshKeys()) {
      values.put(key, answers.get(next++).first());
    }
    Map<KeyRange, List<KeyValue>> ranges = new HashMap<>();
    for (KeyRange range : freshRanges()) {
      ranges.put(range, answers.get(next++).kvs());
    }
    Snapshot fresh = new Snapshot(revision, values, ranges);
    return new NotCommitted(Optional.of(fresh), changedIn(fresh), broken(answers, next));
  }

  /** Every key that the commit depends on, in the order of first use, reads before writes. */
  List<Bytes> guardedKeys() {
    List<Bytes> keys = new ArrayList<>();
    if (rules.guardsReads()) {
      keys.addAll(reads.keys().keySet());
    }
    keys.addAll(guardedBlindWrites());
    return keys;
  }

  private Set<KeyRange> freshRanges() {
    return rules.guardsReads() ? reads.ranges().keySet() : Set.of();
  }

  private List<Bytes> freshKeys() {
    List<Bytes> keys = new ArrayList<>();
    if (rules.guardsReads()) {
      keys.addAll(reads.keysOutsideRanges());
    }
    keys.addAll(guardedBlindWrites());
    return keys;
  }

  private List<Bytes> guardedBlindWrites() {
    if (!rules.guardsBlindWrites() || reads.isEmpty()) {
      return List.of();
    }
    return writes.keySet().stream().filter(key -> !reads.covers(key)).toList();
  }

  /** The first guard that was not true, in words; their reads begin at an index of the answers. */
  private Optional<GuardFailedException> broken(List<RangeResult> answers, int first) {
    for (int i = 0; i < guards.size(); i++) {
      Optional<GuardFailedException> failure =
          Guards.failure(guards.get(i), answers.get(first + i).first());
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  private List<Bytes> changedIn(Snapshot fresh) {
    Map<Bytes, Long> now = new HashMap<>();
    fresh.values().forEach((key, value) -> now.put(key, Snapshot.modRevision(value)));
    fresh.ranges().values().stream()
        .flatMap(Collection::stream)
        .forEach(kv -> now.put(kv.key(), kv.modRevision()));
    List<Bytes> guarded = guardedKeys();
    List<Bytes> changed = new ArrayList<>(guarded);
    changed.removeIf(key -> !isChanged(key, now.getOrDefault(key, 0L)));
    if (rules.readsOneRevision()) {
      now.keySet().removeAll(guarded);
      now.keySet().stream().sorted().forEach(changed::add);
    }
    return changed;
  }

  private boolean isChanged(Bytes key, long modRevision) {
    Optional<KeyValue> read = reads.keys().getOrDefault(key, Optional.empty());
    return reads.keys().containsKey(key)
        ? Snapshot.modRevision(read) != modRevision
        : modRevision > reads.snapshot();
  }
}
