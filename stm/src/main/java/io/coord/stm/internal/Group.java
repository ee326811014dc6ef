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

  private final List<Member> members = new ArrayList<>();
  private final Map<Bytes, Cell> found = new LinkedHashMap<>();
  private final Map<Bytes, Op> writes = new LinkedHashMap<>();
  private final Set<Bytes> touched = new HashSet<>();
  private long bytes;
  private volatile long revision;

  /** Whether a member can be added without going beyond what etcd takes at once. */
  boolean fits(Set<Bytes> read, Map<Bytes, Op> written, Member member) {
    int most = member.mostKeys();
    for (Member other : members) {
      most = Math.min(most, other.mostKeys());
    }
    Set<Bytes> added = new HashSet<>(read);
    added.addAll(written.keySet());
    added.removeAll(touched);
    return touched.size() + added.size() <= most && bytes + size(written) <= MOST_BYTES;
  }

  /**
   * Adds a member.
   *
   * @param before its keys as they are before it, those that are known: what it read, and what it
   *     overwrites
   */
  void add(Map<Bytes, Cell> before, Map<Bytes, Op> written, Member member) {
    members.add(member);
    before.forEach(
        (key, cell) -> {
          if (!writes.containsKey(key)) {
            found.putIfAbsent(key, cell);
          }
        });
    writes.putAll(written);
    touched.addAll(before.keySet());
    touched.addAll(written.keySet());
    bytes += size(written);
  }

  boolean isReadOnly() {
    return writes.isEmpty();
  }

  List<Member> members() {
    return members;
  }

  /** What must be as it was found, and what is to be written; all groups before have committed. */
  Footprint footprint(long base) {
    Map<Bytes, Optional<KeyValue>> reads = new LinkedHashMap<>();
    found.forEach((key, cell) -> reads.put(key, cell.settled()));
    // Checked as a whole: also when nobody writes, and nothing that nobody has read.
    boolean guardsBlindWrites = members.stream().anyMatch(Member::guardsBlindWrites);
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
    members.clear();
    found.clear();
    writes.clear();
    touched.clear();
  }

  private static long size(Map<Bytes, Op> written) {
    long size = 0;
    for (Map.Entry<Bytes, Op> write : written.entrySet()) {
      size += write.getKey().length();
      if (write.getValue() instanceof Op.Put put) {
        size += put.value().length();
      }
    }
    return size;
  }
}
