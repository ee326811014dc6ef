package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Transactions that are committed in one transaction of etcd: what the first of them found, and
 * what the last of them leaves. Guarded by the lock of its {@link Convoy} until it is sent.
 */
final class Group {

  /** etcd takes a request of 1.5 MiB; names and numbers need some of it. */
  private static final long MOST_BYTES = 1 << 20;

  private final List<Joiner> joiners = new ArrayList<>();
  private final Map<Bytes, Cell> found = new LinkedHashMap<>();
  private final Map<Bytes, Op> writes = new LinkedHashMap<>();
  private final Set<Bytes> touched = new HashSet<>();
  private final List<Group> absorbed = new ArrayList<>();
  private int mostKeys = Integer.MAX_VALUE;
  private long bytes;
  private volatile long revision;

  /** Whether somebody of this group reads or writes one of these keys. */
  boolean meets(Set<Bytes> keys) {
    return keys.stream().anyMatch(touched::contains);
  }

  /** Whether somebody of this group reads or writes what somebody of the other one does. */
  boolean meets(Group other) {
    return touched.size() < other.touched.size() ? other.meets(touched) : meets(other.touched);
  }

  /** Whether one more can be added without going beyond what etcd takes at once. */
  boolean fits(Joiner joiner) {
    return fits(joiner.keys(), joiner.bytes(), joiner.member().mostKeys());
  }

  /** Whether all of the other group can be added. */
  boolean fits(Group other) {
    return fits(other.touched, other.bytes, other.mostKeys);
  }

  private boolean fits(Set<Bytes> keys, long moreBytes, int mostOfThem) {
    int room = Math.min(mostKeys, mostOfThem) - touched.size();
    return bytes + moreBytes <= MOST_BYTES
        && (keys.size() <= room
            || keys.stream().filter(key -> !touched.contains(key)).count() <= room);
  }

  /** Adds one behind all others of this group. */
  void add(Joiner joiner) {
    joiners.add(joiner);
    add(joiner.before(), joiner.writes());
    touched.addAll(joiner.keys());
    mostKeys = Math.min(mostKeys, joiner.member().mostKeys());
    bytes += joiner.bytes();
  }

  /** Adds the members of another group behind those of this one; the other one is empty then. */
  void absorb(Group other) {
    joiners.addAll(other.joiners);
    add(other.found, other.writes);
    touched.addAll(other.touched);
    mostKeys = Math.min(mostKeys, other.mostKeys);
    bytes += other.bytes;
    other.forget();
    absorbed.add(other);
  }

  private void add(Map<Bytes, Cell> before, Map<Bytes, Op> written) {
    before.forEach(
        (key, cell) -> {
          if (!writes.containsKey(key)) {
            found.putIfAbsent(key, cell);
          }
        });
    writes.putAll(written);
  }

  boolean isReadOnly() {
    return writes.isEmpty();
  }

  boolean isEmpty() {
    return joiners.isEmpty();
  }

  List<Joiner> joiners() {
    return joiners;
  }

  List<Member> members() {
    return joiners.stream().map(Joiner::member).toList();
  }

  /** Whether somebody of this group is not wanted any more. */
  boolean hasCalledOff() {
    return joiners.stream().anyMatch(joiner -> joiner.member().isCalledOff());
  }

  /** Whether nobody of this group is wanted any more. */
  boolean isCalledOff() {
    return joiners.stream().allMatch(joiner -> joiner.member().isCalledOff());
  }

  /** Takes out those who joined with one of these numbers; nobody else builds on them. */
  void remove(Set<Long> numbers) {
    List<Joiner> others =
        joiners.stream().filter(joiner -> !numbers.contains(joiner.number())).toList();
    if (others.size() < joiners.size()) {
      forget();
      mostKeys = Integer.MAX_VALUE;
      bytes = 0;
      others.forEach(this::add);
    }
  }

  /** What must be as it was found, and what is to be written; all groups before have committed. */
  Footprint footprint(long base) {
    Map<Bytes, Optional<KeyValue>> reads = new LinkedHashMap<>();
    found.forEach((key, cell) -> reads.put(key, cell.settled()));
    // Checked as a whole: also when nobody writes, and nothing that nobody has read.
    boolean guardsBlindWrites =
        joiners.stream().anyMatch(joiner -> joiner.member().guardsBlindWrites());
    IsolationRules rules = new IsolationRules(false, true, guardsBlindWrites);
    return new Footprint(
        rules,
        new ReadSet(base, reads, Map.of()),
        new LinkedHashMap<>(writes),
        List.of(),
        List.of());
  }

  /** The revision at which it took effect; empty before that. */
  OptionalLong revision() {
    return revision == 0 ? OptionalLong.empty() : OptionalLong.of(revision);
  }

  /**
   * Members and what they found are forgotten, so that the keys that they wrote keep neither a
   * chain of groups nor anybody's result.
   */
  void committedAt(long newRevision) {
    revision = newRevision;
    absorbed.forEach(part -> part.committedAt(newRevision));
    absorbed.clear();
    forget();
  }

  private void forget() {
    joiners.clear();
    found.clear();
    writes.clear();
    touched.clear();
  }
}
