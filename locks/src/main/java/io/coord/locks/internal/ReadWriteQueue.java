package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.line.Entry;
import io.coord.locks.LockQueue;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tells holders from waiters in the line of a read-write mutex. */
public final class ReadWriteQueue {

  private final ReadWriteAdmission admission;

  /** For the lines that this rule orders. */
  public ReadWriteQueue(ReadWriteAdmission admission) {
    this.admission = admission;
  }

  /** The queue that a line's keys mean; a writer of two keys is one contender, by its write key. */
  public LockQueue of(List<Contender> line) {
    List<Entry> entries = line.stream().map(ReadWriteQueue::entry).toList();
    Set<Entry> besides =
        IntStream.range(1, entries.size())
            .filter(i -> isPartOf(entries.get(i - 1), entries.get(i)))
            .mapToObj(i -> entries.get(i - 1))
            .collect(Collectors.toSet());
    int admitted = admission.admitted(entries);
    return new LockQueue(
        without(besides, line.subList(0, admitted)),
        without(besides, line.subList(admitted, line.size())));
  }

  private boolean isPartOf(Entry first, Entry second) {
    return admission.isWrite(second.key())
        && !admission.isWrite(first.key())
        && admission.isSamePlace(first, second);
  }

  private static List<Contender> without(Set<Entry> besides, List<Contender> part) {
    return part.stream().filter(contender -> !besides.contains(entry(contender))).toList();
  }

  private static Entry entry(Contender contender) {
    return new Entry(Bytes.utf8(contender.key()), contender.createRevision());
  }
}
